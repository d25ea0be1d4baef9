"""README.md tells the truth: its C++ and CMake build against the installed library, its commands
run, its links lead somewhere."""

import os
import re
import shlex
import unittest

from outside import PROJECT, build, run, temporary_folder

README = (PROJECT / "README.md").read_text(encoding="utf-8")


def blocks(language):
    return re.findall(rf"^```{language}\n(.*?)^```", README, re.MULTILINE | re.DOTALL)


def commands():
    """The lines of the shell blocks, continued lines joined, comments dropped."""
    text = "".join(blocks("sh")).replace("\\\n", " ")
    words = [shlex.split(line, comments=True) for line in text.splitlines()]
    return [command for command in words if command]


class ReadmeTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = temporary_folder(cls)
        for folder in ("examples", "models"):
            (cls.folder / folder).symlink_to(PROJECT / folder)

    def test_cpp(self):
        cpp, = blocks("cpp")
        cmake, = blocks("cmake")
        source = self.folder / "program"
        source.mkdir()
        (source / "my_program.cpp").write_text(cpp, encoding="utf-8")
        (source / "CMakeLists.txt").write_text(
            "cmake_minimum_required(VERSION 3.25)\nproject(my_program LANGUAGES CXX)\n" + cmake,
            encoding="utf-8")
        build(source, self.folder / "build")
        output = run(self.folder / "build/my_program", cwd=self.folder)
        self.assertIn("POSITIVE", output)
        self.assertIn("love", output)

    def test_commands(self):
        ran = 0
        for command in commands():
            with self.subTest(command=command):
                program = command[0]
                if program == "integrad":
                    run(*command, cwd=self.folder)
                    ran += 1
                elif program.startswith(("scripts/", ".ci/")):  # .ci/run runs these
                    self.assertTrue(os.access(PROJECT / program, os.X_OK), program)
                elif program == "cmake":
                    self.assertIn("--install", command)  # what these tests begin with
                else:
                    self.assertIn(program, ("git", "cd"))
        self.assertGreaterEqual(ran, 3)

    def test_commands_write_the_page(self):
        command = next(c for c in commands() if c[0] == "integrad" and "why.html" in c)
        page = self.folder / "why.html"
        run(*command, cwd=self.folder)
        self.assertIn("<html", page.read_text(encoding="utf-8"))

    def test_links(self):
        documents = [PROJECT / "README.md", PROJECT / "CONTRIBUTING.md",
                     *(PROJECT / "docs").glob("*.md"), *(PROJECT / "models").glob("*.md")]
        for document in documents:
            text = document.read_text(encoding="utf-8")
            for target in re.findall(r"\]\(([^)#]+)[^)]*\)", text):
                if not re.match(r"[a-z]+:", target):
                    with self.subTest(document=document.name, target=target):
                        self.assertTrue((document.parent / target).exists())


if __name__ == "__main__":
    unittest.main()
