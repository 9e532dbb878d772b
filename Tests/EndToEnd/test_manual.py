"""The manual page: of this program, and well formed."""
import os
import re

import lab

DOCS = os.path.join(lab.ROOT, "docs")


class Manual(lab.LabCase):
    PAGE = os.path.join(DOCS, "triagedns.1")

    def test_it_says_what_the_program_says(self):
        made = lab.run(os.path.join(DOCS, "make-manual"), lab.binary())
        self.assertEqual(made.returncode, 0, made.stderr)
        with open(self.PAGE) as f:
            self.assertEqual(f.read(), made.stdout, "docs/triagedns.1 is old: run docs/make-manual")

    def test_it_is_well_formed(self):
        lint = lab.run("mandoc", "-T", "lint", self.PAGE)
        self.assertEqual((lint.returncode, lint.stdout), (0, ""))
        text = lab.run("mandoc", "-T", "utf8", self.PAGE).stdout
        text = re.sub(".\x08", "", text)
        for section in ("EXIT STATUS", "ENVIRONMENT", "FILES", "EXAMPLES", "SEE ALSO"):
            self.assertIn(f"\n{section}\n", text)
        for command in re.findall(r"^  ([a-z-]+)  ", lab.triagedns("--help").stdout.split("SUBCOMMANDS:", 1)[1], re.M):
            self.assertRegex(text, rf"\n     {command}\b")


if __name__ == "__main__":
    lab.unittest.main()
