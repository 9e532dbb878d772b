"""Real Orthanc instances behind real nginx: 443 with TLS, DICOM on 11112, each on an address of its own.

Three layouts of port 11112: "plain" (Orthanc itself), "stream" (nginx in front), "tls" (nginx takes TLS off).
"""
import json
import os

import lab

HTTP_PORT, DICOM_PORT, INNER_DICOM_PORT = 8042, 11112, 4242
HTTPS_PORT = 443 if os.geteuid() == 0 else 8443
STREAM_MODULE = "/usr/lib/nginx/modules/ngx_stream_module.so"


def build_shim(case):
    """Compiles bindshim.c; returns the path of the shared object."""
    output = case.path("bindshim.so")
    done = lab.run("cc", "-shared", "-fPIC", "-O1", "-o", output, os.path.join(lab.HERE, "bindshim.c"), "-ldl")
    assert done.returncode == 0, done.stderr
    return output


class Instance:
    """One Orthanc and its nginx on one address. `inside`: what runs a command where that address is, if not here."""

    def __init__(self, case, name, address, layout, certificates, shim, inside=()):
        self.case, self.name, self.address, self.layout = case, name, address, layout
        self.certificates, self.shim, self.inside = certificates, shim, inside
        self.orthanc = self.nginx = self.title = self.certificate = None
        os.makedirs(case.path(f"{name}/db"))
        os.makedirs(case.path(f"{name}/nginx"))

    def start(self, wait=True):
        self.start_orthanc(wait=wait)
        self.start_nginx(wait=wait)

    def wait(self):
        """Until all of it listens."""
        ports = {HTTP_PORT, DICOM_PORT, HTTPS_PORT} | (set() if self.layout == "plain" else {INNER_DICOM_PORT})
        for port in sorted(ports):
            self._wait_tcp(port)

    def start_orthanc(self, title="ORTHANC", wait=True):
        self.title = title
        port = DICOM_PORT if self.layout == "plain" else INNER_DICOM_PORT
        database = self.case.path(f"{self.name}/db")
        configuration = self.case.write(f"{self.name}/orthanc.json", json.dumps({
            "Name": self.name, "StorageDirectory": database, "IndexDirectory": database,
            "HttpPort": HTTP_PORT, "RemoteAccessAllowed": True, "AuthenticationEnabled": False,
            "DicomPort": port, "DicomAet": title, "DicomCheckCalledAet": True, "DicomAlwaysAllowEcho": True,
            "SaveJobs": False, "ConcurrentJobs": 1}))
        self.orthanc = self.start_here("Orthanc", configuration, name=f"{self.name}-orthanc")
        self.case.addCleanup(self.orthanc.kill)  # a polite end takes Orthanc 3 s, and nothing in it is to be kept
        if wait:
            self._wait_tcp(HTTP_PORT)
            self._wait_tcp(port)

    def start_here(self, *argv, name):
        """Runs a program where the address is; all that it binds is this one address."""
        return self.case.start(*self.inside, *argv, name=name,
                               env={"LD_PRELOAD": self.shim, "ONLY_ADDRESS": self.address})

    def start_nginx(self, certificate="good", page=None, tls=True, wait=True):
        """`page`: what nginx answers by itself, as arguments of its directive `return`. `tls`: on 443."""
        self.certificate = certificate
        scratch = self.case.path(f"{self.name}/nginx")
        pair = self.certificates.path(certificate)
        temporary = "".join(f"{kind}_temp_path {scratch}/{kind}; "
                            for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        keys = f"ssl_certificate {pair}.crt; ssl_certificate_key {pair}.key; ssl_protocols TLSv1.2 TLSv1.3;"
        content = f"return {page};" if page else (
            f"proxy_pass http://{self.address}:{HTTP_PORT}; proxy_read_timeout 60s;")
        stream = "" if self.layout == "plain" else (
            f"stream {{ server {{ listen {self.address}:{DICOM_PORT}{' ssl' if self.layout == 'tls' else ''}; "
            f"{keys if self.layout == 'tls' else ''} proxy_pass {self.address}:{INNER_DICOM_PORT}; }} }}\n")
        # One process, so that one signal freezes or ends all of it.
        configuration = self.case.write(f"{self.name}/nginx.conf", (
            f"load_module {STREAM_MODULE};\ndaemon off; master_process off; pid {scratch}/pid;\n"
            f"error_log {scratch}/error.log warn;\nevents {{ worker_connections 256; }}\n"
            f"http {{ access_log off; {temporary}\n"
            f"  server {{ listen {self.address}:{HTTPS_PORT}{' ssl' if tls else ''}; {keys}\n"
            f"    location / {{ {content} }} }} }}\n"
            f"{stream}"))
        self.nginx = self.case.start(*self.inside, "nginx", "-e", f"{scratch}/error.log", "-c", configuration,
                                     name=f"{self.name}-nginx")
        if wait:
            self._wait_tcp(HTTPS_PORT)

    def restart_nginx(self, certificate="good", **options):
        self.nginx.stop()
        self.start_nginx(certificate, **options)

    def heal(self):
        """Whatever was done to it, all of it serves again."""
        self.orthanc.thaw()
        self.nginx.thaw()
        if self.title != "ORTHANC":
            self.orthanc.kill()
        if not self.orthanc.running:
            self.start_orthanc()
        if self.certificate != "good":
            self.nginx.stop()
        if not self.nginx.running:
            self.start_nginx()

    def echo(self):
        """dcmtk's own C-ECHO, with TLS where the layout has it."""
        tls = ["+tla", "+cf", self.certificates.path("ca.crt")] if self.layout == "tls" else []
        return lab.run("echoscu", "-to", "5", "-ta", "5", "-td", "5", *tls, "-aec", "ORTHANC",
                       self.address, DICOM_PORT).returncode == 0

    def _wait_tcp(self, port):
        def connects():
            with lab.socket.create_connection((self.address, port), timeout=1):
                return True
        try:
            lab.eventually(60, f"{self.name} listens on {self.address}:{port}", connects)
        except AssertionError as error:
            logs = "\n".join(p.output()[-2000:] for p in (self.orthanc, self.nginx) if p)
            raise AssertionError(f"{error}\n{logs}") from None
