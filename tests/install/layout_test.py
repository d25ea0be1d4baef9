"""`cmake --install` puts everything where users look for it, and it works from there."""

import unittest

from outside import MODEL, PREFIX, PROJECT, run


class LayoutTest(unittest.TestCase):
    def test_command(self):
        self.assertIn("explain", run("integrad", "--help"))
        self.assertRegex(run("integrad", "--version"), r"\d+\.\d+\.\d+")

    def test_headers_are_those_of_the_tree_and_nothing_else(self):
        there = {p.relative_to(PREFIX / "include").as_posix()
                 for p in (PREFIX / "include").rglob("*") if p.is_file()}
        here = {p.relative_to(PROJECT).as_posix() for p in (PROJECT / "integrad").rglob("*.h")}
        self.assertEqual(there, here)

    def test_bundled_model(self):
        there = PREFIX / "share/integrad/models/imdb-minilm"
        for file in MODEL.iterdir():
            self.assertEqual((there / file.name).read_bytes(), file.read_bytes(), file.name)

    def test_files_of_find_package(self):
        found = {p.name for p in PREFIX.glob("lib/**/cmake/integrad/*")}
        self.assertLessEqual({"integradConfig.cmake", "integradConfigVersion.cmake",
                              "integradTargets.cmake"}, found)

    def test_nothing_points_back_to_the_build(self):
        for file in PREFIX.glob("lib/**/cmake/integrad/*"):
            self.assertNotIn(str(PROJECT), file.read_text(), file.name)


if __name__ == "__main__":
    unittest.main()
