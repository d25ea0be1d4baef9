"""examples/ is a project of its own: it builds against the installed library, and what the
examples print is right."""

import json
import unittest

from outside import MODEL, PROJECT, build, run, temporary_folder

SENTENCE = "Everything is so nice about you"


class ExamplesTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = temporary_folder(cls)
        build(PROJECT / "examples", cls.folder)

    def test_one_sentence(self):
        output = run(self.folder / "one_sentence", MODEL, SENTENCE)
        self.assertIn("POSITIVE", output.partition("{")[0])
        document = json.loads(output[output.index("{"):])
        explanation, = document["explanations"]
        self.assertEqual(explanation["text"], SENTENCE)
        # PyTorch gives this sentence 0.975 for POSITIVE.
        self.assertAlmostEqual(explanation["probabilities"][1], 0.975, delta=5e-4)
        strongest = max(explanation["words"], key=lambda word: word["attribution"])
        self.assertEqual(strongest["text"], "nice")
        self.assertLess(abs(explanation["delta"]), 1e-4)

    def test_one_sentence_without_a_model(self):
        run(self.folder / "one_sentence", self.folder, SENTENCE, status=1)
        run(self.folder / "one_sentence", status=2)

    def test_from_a_layer(self):
        output = run(self.folder / "from_a_layer", MODEL, "layer.2", SENTENCE)
        head, *rows = [line.split("\t") for line in output.splitlines()]
        self.assertEqual(head, ["NEGATIVE", "POSITIVE", "word"])
        self.assertLessEqual(set(SENTENCE.split()), {row[2] for row in rows})
        # The two probabilities add up to 1, so the two columns are each other's negative.
        for negative, positive, _ in rows:
            self.assertAlmostEqual(float(negative), -float(positive), places=5)
        self.assertGreater(max(float(row[1]) for row in rows), 0.01)

    def test_own_function(self):
        lines = run(self.folder / "own_function").splitlines()
        values = {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines)}
        # By hand, along (3t, 2t): x gets 18·2/3, y gets 18/3 + sin 2.
        self.assertAlmostEqual(values["x"], 12, places=6)
        self.assertAlmostEqual(values["y"], 6.909297, places=6)
        self.assertAlmostEqual(values["sum"], values["F(input) - F(baseline)"], places=6)


if __name__ == "__main__":
    unittest.main()
