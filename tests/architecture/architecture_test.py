"""The source tree keeps the house rules, and the check of the rules sees what breaks them."""

import sys
import tempfile
import unittest
from pathlib import Path

import architecture

PROJECT = Path(__file__).resolve().parents[2]


class ProjectTest(unittest.TestCase):
    def test_keeps_the_rules(self):
        self.assertEqual(list(architecture.violations(PROJECT)), [])

    def test_every_room_is_seen(self):
        seen = {architecture.room_of(path) for path in architecture.project_files(PROJECT)}
        self.assertLessEqual(set(architecture.ARROWS), seen)


class ViolationTest(unittest.TestCase):
    """Each test writes a small tree with one broken rule."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)
        for header in ("base/matrix.h", "compute/backend.h", "layers/linear.h",
                       "models/classifier.h", "text/tokenizer.h", "checkpoint/safetensors.h",
                       "attribution/explanation.h", "attribution/path.h", "render/html.h"):
            self.write("integrad/" + header, "")
        self.write("integrad/integrad.h", '#include "integrad/render/html.h"\n')
        self.write("cli/main.cpp", '#include <CLI/CLI.hpp>\n#include "integrad/integrad.h"\n')

    def write(self, path, text):
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    def found(self):
        return list(architecture.violations(self.root))

    def includes(self, path, include):
        self.write(path, f"#include {include}\n")
        return self.found()

    def test_a_clean_tree_is_clean(self):
        self.assertEqual(self.found(), [])

    def test_arrows_that_exist(self):
        for path, include in (
                ("integrad/models/a.cpp", '"integrad/compute/backend.h"'),
                ("integrad/attribution/a.cpp", '"integrad/checkpoint/safetensors.h"'),
                ("integrad/render/a.cpp", '"integrad/attribution/explanation.h"'),
                ("cli/a.cpp", '"integrad/text/tokenizer.h"')):
            self.assertEqual(self.includes(path, include), [])

    def test_arrows_that_do_not(self):
        for path, include in (
                ("integrad/base/a.h", '"integrad/compute/backend.h"'),
                ("integrad/compute/a.h", '"integrad/layers/linear.h"'),
                ("integrad/layers/a.h", '"integrad/checkpoint/safetensors.h"'),
                ("integrad/text/a.cpp", '"integrad/models/classifier.h"'),
                ("integrad/models/a.cpp", '"integrad/text/tokenizer.h"'),
                ("integrad/attribution/a.cpp", '"integrad/render/html.h"'),
                ("integrad/render/a.cpp", '"integrad/attribution/path.h"'),
                ("integrad/render/b.cpp", '"integrad/models/classifier.h"'),
                ("integrad/text/b.cpp", '"integrad/integrad.h"')):
            with self.subTest(path=path, include=include):
                found = self.includes(path, include)
                self.assertEqual(len(found), 1, found)
                self.assertIn(f"{path}:1: ", found[0])
                (self.root / path).unlink()

    def test_third_party_headers_stay_in_their_rooms(self):
        for path, include in (
                ("integrad/layers/a.h", "<dnnl.hpp>"),
                ("integrad/models/a.cpp", "<oneapi/dnnl/dnnl.hpp>"),
                ("integrad/text/a.cpp", "<unicode/uchar.h>"),
                ("integrad/text/b.h", "<nlohmann/json.hpp>"),
                ("integrad/models/b.cpp", "<nlohmann/json.hpp>"),
                ("integrad/render/a.cpp", "<CLI/CLI.hpp>"),
                ("integrad/text/c.cpp", "<unistd.h>"),
                ("integrad/base/a.cpp", "<boost/any.hpp>")):
            with self.subTest(path=path, include=include):
                self.assertEqual(len(self.includes(path, include)), 1)
                (self.root / path).unlink()

    def test_includes_start_at_the_project_root(self):
        self.assertEqual(len(self.includes("integrad/base/a.cpp", '"matrix.h"')), 1)

    def test_a_new_folder_needs_arrows(self):
        found = self.includes("integrad/attic/a.h", '"integrad/base/matrix.h"')
        self.assertEqual(len(found), 1)

    def test_long_files(self):
        self.write("cli/a.cpp", "\n" * architecture.LONGEST_FILE)
        self.assertEqual(self.found(), [])
        self.write("cli/a.cpp", "\n" * (architecture.LONGEST_FILE + 1))
        self.assertEqual(len(self.found()), 1)

    def test_words(self):
        self.write("cli/a.cpp", "std::shared_ptr<int> p;\n")
        self.write("cli/CMakeLists.txt", "add_compile_options(-march=native)\n")
        self.write("docs/a.md", "TO" "DO\n")
        self.assertEqual(len(self.found()), 3)

    def test_the_command_fails_when_a_rule_is_broken(self):
        import subprocess
        command = [sys.executable, architecture.__file__, str(self.root)]
        self.assertEqual(subprocess.run(command, capture_output=True).returncode, 0)
        self.write("integrad/base/a.h", '#include "integrad/layers/linear.h"\n')
        self.assertEqual(subprocess.run(command, capture_output=True).returncode, 1)


if __name__ == "__main__":
    unittest.main()
