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

    def expect(self, line, *words):
        """Names come from the server, for which completion does not wait long."""
        def completed():
            self.assertEqual(self.complete(line), list(words))
            return True
        lab.eventually(10, line, completed)

    def test_bash_completes_commands_and_names(self):
        self.start_server()
        made = lab.triagedns("--generate-completion-script", "bash")
        self.script = self.write("completion.bash", made.stdout)
        os.symlink(lab.binary(), self.path("triagedns"))
        self.expect("triagedns dr", "drain")
        self.assertIn("--reason", self.complete("triagedns drain pacs a --re"))
        self.expect("triagedns drain ", "pacs", "spare")
        self.expect("triagedns drain sp", "spare")
        self.expect("triagedns drain spare ", "a", "c")
        self.expect("triagedns undrain pacs ", "a", "b")
        self.expect("triagedns status spare ", "a", "c")
        self.expect("triagedns records ex", "example.test")
        self.expect("triagedns force pacs a ", "up", "down", "off")
        self.expect("triagedns status --color ", "auto", "always", "never")
        self.expect("triagedns check zo", "zones")
        self.expect("triagedns simulate zones --kill pacs/", "pacs/a", "pacs/b")
        # Nothing is said where nobody answers.
        self.admin = test_commands.NOBODY
        self.assertEqual(self.complete("triagedns drain "), [])

    def test_other_shells(self):
        for shell, word in (("zsh", "#compdef triagedns"), ("fish", "complete -c 'triagedns'")):
            script = lab.triagedns("--generate-completion-script", shell).stdout
            self.assertIn(word, script)


if __name__ == "__main__":
    lab.unittest.main()
