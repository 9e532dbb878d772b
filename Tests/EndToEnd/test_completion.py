"""What shells complete, tried in a real bash."""
import os
import re

import lab
import test_commands


class Completions(test_commands.Commands):
    def complete(self, line):
        """What bash offers at the end of `line`."""
        words = re.findall(r"\S+", line) + ([""] if line.endswith(" ") else [])
        script = """
            source "$SCRIPT"
            COMP_WORDS=("$@"); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); COMP_LINE=$LINE; COMP_POINT=${#LINE}
            COMP_TYPE=9; COMP_KEY=9
            function=$(complete -p triagedns); function=${function##*-F }; function=${function%% *}
            "$function" triagedns "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
            printf '%s\\n' "${COMPREPLY[@]}"
        """
        done = lab.run("bash", "--norc", "-c", script, "bash", *words, cwd=self.directory, env=dict(
            os.environ, SCRIPT=self.script, LINE=line, TRIAGEDNS_ADMIN=self.admin,
            PATH=f"{self.directory}:{os.environ['PATH']}"))
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return done.stdout.split()

    def test_bash_completes_commands_and_names(self):
        self.start_server()
        made = lab.triagedns("--generate-completion-script", "bash")
        self.script = self.write("completion.bash", made.stdout)
        os.symlink(lab.binary(), self.path("triagedns"))
        self.assertEqual(self.complete("triagedns dr"), ["drain"])
        self.assertIn("--reason", self.complete("triagedns drain pacs a --re"))
        self.assertEqual(self.complete("triagedns drain "), ["pacs", "spare"])
        self.assertEqual(self.complete("triagedns drain sp"), ["spare"])
        self.assertEqual(self.complete("triagedns drain spare "), ["a", "c"])
        self.assertEqual(self.complete("triagedns undrain pacs "), ["a", "b"])
        self.assertEqual(self.complete("triagedns status spare "), ["a", "c"])
        self.assertEqual(self.complete("triagedns records ex"), ["example.test"])
        self.assertEqual(self.complete("triagedns force pacs a "), ["up", "down", "off"])
        self.assertEqual(self.complete("triagedns status --color "), ["auto", "always", "never"])
        self.assertEqual(self.complete("triagedns check zo"), ["zones"])
        self.assertEqual(self.complete("triagedns simulate zones --kill pacs/"), ["pacs/a", "pacs/b"])
        # Nothing is said where nobody answers.
        self.admin = test_commands.NOBODY
        self.assertEqual(self.complete("triagedns drain "), [])

    def test_other_shells(self):
        for shell, word in (("zsh", "#compdef triagedns"), ("fish", "complete -c 'triagedns'")):
            script = lab.triagedns("--generate-completion-script", shell).stdout
            self.assertIn(word, script)


if __name__ == "__main__":
    lab.unittest.main()
