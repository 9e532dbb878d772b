"""Links between the documents lead somewhere, and each can be found from the README."""
import os
import re
import unittest

import lab

LINK = re.compile(r"\[[^\]\n]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.*)$", re.M)


def documents():
    docs = os.path.join(lab.ROOT, "docs")
    return ["README.md", "CONTRIBUTING.md"] + sorted(f"docs/{name}" for name in os.listdir(docs) if name.endswith(".md"))


def read(document):
    with open(os.path.join(lab.ROOT, document)) as file:
        return file.read()


def prose(text):
    """Without blocks of code, in which brackets are no links and # is no heading."""
    return re.sub(r"^ *```.*?^ *```", "", text, flags=re.M | re.S)


def links(document):
    """Those to other places of the repository: (path, anchor)."""
    for target in LINK.findall(re.sub(r"`[^`\n]*`", "", prose(read(document)))):
        if not re.match(r"[a-z]+:", target):
            path, _, anchor = target.partition("#")
            folder = os.path.dirname(document)
            yield (os.path.normpath(os.path.join(folder, path)) if path else document), anchor


def anchors(document):
    """As GitHub makes them of headings."""
    heads = (re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", head) for head in HEADING.findall(prose(read(document))))
    return {re.sub(r"[^\w\- ]", "", head.lower()).strip().replace(" ", "-") for head in heads}


class Documents(unittest.TestCase):
    def test_links_lead_somewhere(self):
        broken = []
        for document in documents():
            for path, anchor in links(document):
                if not os.path.exists(os.path.join(lab.ROOT, path)):
                    broken.append(f"{document}: there is no {path}")
                elif anchor and anchor not in anchors(path):
                    broken.append(f"{document}: {path} has no heading #{anchor}")
        self.assertEqual(broken, [])

    def test_the_readme_leads_to_each(self):
        found, todo = set(), {"README.md"}
        while todo:
            found |= todo
            todo = {path for document in todo for path, _ in links(document) if path.endswith(".md")} - found
        self.assertEqual([name for name in documents() if name not in found], [])

    def test_a_broken_link_is_seen(self):
        self.assertIn("what-is-refused", anchors("docs/operators.md"))
        self.assertNotIn("what-is-not-refused", anchors("docs/operators.md"))
        self.assertGreater(sum(1 for document in documents() for _ in links(document)), 40)


if __name__ == "__main__":
    unittest.main()
