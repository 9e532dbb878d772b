"""Certificates, good and bad in one way each, made with the openssl command."""
import datetime
import os

import lab

NAMES = "DNS:pacs.example.test,IP:127.0.0.11,IP:127.0.0.12"


class Certificates:
    """ca.crt, and NAME.crt with NAME.key for good, expired, future, wrong-name, untrusted, self-signed and client."""

    def __init__(self, directory, names=NAMES):
        self.directory = directory
        os.makedirs(os.path.join(directory, "db"), exist_ok=True)
        now = datetime.datetime.now(datetime.timezone.utc)
        valid = (now - datetime.timedelta(hours=1), now + datetime.timedelta(days=30))
        past = (now - datetime.timedelta(days=60), now - datetime.timedelta(days=30))
        future = (now + datetime.timedelta(days=30), now + datetime.timedelta(days=60))
        self._authority("ca")
        self._authority("other-ca")
        self._issue("good", "ca", names, *valid)
        self._issue("expired", "ca", names, *past)
        self._issue("future", "ca", names, *future)
        self._issue("wrong-name", "ca", "DNS:other.example.test", *valid)
        self._issue("untrusted", "other-ca", names, *valid)
        self._self_sign("self-signed", names)
        self._issue("client", "ca", "DNS:prober.example.test", *valid, usage="clientAuth")

    def path(self, name):
        return os.path.join(self.directory, name)

    def _openssl(self, *argv):
        done = lab.run("openssl", *argv, cwd=self.directory)
        assert done.returncode == 0, done.stderr

    def _authority(self, name):
        self._openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                      "-days", "30", "-subj", f"/CN=Test {name}", "-keyout", f"{name}.key", "-out", f"{name}.crt",
                      "-addext", "basicConstraints=critical,CA:TRUE",
                      "-addext", "keyUsage=critical,keyCertSign,cRLSign")

    def _self_sign(self, name, names):
        self._openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                      "-days", "30", "-subj", f"/CN={name}", "-keyout", f"{name}.key", "-out", f"{name}.crt",
                      "-addext", f"subjectAltName={names}")

    def _issue(self, name, authority, names, begin, end, usage="serverAuth"):
        # `openssl ca`, because `openssl x509` of Debian 12 cannot date a certificate back.
        with open(self.path("ca.cnf"), "w") as f:
            f.write("[ca]\ndefault_ca=d\n[d]\ndatabase=db/index\nnew_certs_dir=db\nrand_serial=yes\n"
                    "default_md=sha256\npolicy=p\nunique_subject=no\nx509_extensions=e\n[p]\ncommonName=supplied\n"
                    "[e]\nbasicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\n"
                    f"extendedKeyUsage={usage}\nsubjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n"
                    f"subjectAltName={names}\n")
        open(self.path("db/index"), "w").close()
        self._openssl("req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                      "-subj", f"/CN={name}", "-keyout", f"{name}.key", "-out", f"{name}.csr")
        form = "%Y%m%d%H%M%SZ"
        self._openssl("ca", "-batch", "-notext", "-config", "ca.cnf", "-cert", f"{authority}.crt",
                      "-keyfile", f"{authority}.key", "-startdate", begin.strftime(form),
                      "-enddate", end.strftime(form), "-in", f"{name}.csr", "-out", f"{name}.crt")
