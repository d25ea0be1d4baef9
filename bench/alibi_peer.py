"""One process of alibi's IntegratedGradients, used as its transformers example does (see peer.py).

The path starts at the embeddings block, texts are padded to --max-length and explained in one call,
--batch points at a time.
"""
import os
import platform

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import alibi
import numpy
import tensorflow
import transformers
from alibi.explainers import IntegratedGradients

import peer


class Probabilities(tensorflow.keras.Model):
    """The classifier with a softmax on top: alibi explains one number of a model's output."""

    def __init__(self, classifier):
        super().__init__()
        self.classifier = classifier

    def call(self, ids, attention_mask=None):
        logits = self.classifier(ids, attention_mask=attention_mask).logits
        return tensorflow.nn.softmax(logits, axis=-1)


class AlibiExplainer:
    def __init__(self, given):
        tensorflow.config.threading.set_intra_op_parallelism_threads(given.threads)
        tensorflow.config.threading.set_inter_op_parallelism_threads(given.threads)
        self.given = given
        self.tokenizer = transformers.AutoTokenizer.from_pretrained(given.model)
        classifier = transformers.TFAutoModelForSequenceClassification.from_pretrained(given.model)
        self.model = Probabilities(classifier)
        self.method = IntegratedGradients(
            self.model, layer=classifier.layers[0].embeddings, n_steps=given.n_steps,
            method="gausslegendre", internal_batch_size=given.batch)

    def token_scores(self, texts):
        encoded = self.tokenizer(texts, truncation=True, max_length=self.given.max_length,
                                 padding="max_length", return_tensors="np")
        ids, mask = encoded["input_ids"], encoded["attention_mask"]
        special = numpy.isin(ids, self.tokenizer.all_special_ids)
        keywords = {"attention_mask": tensorflow.constant(mask)}
        target = self.model(ids, **keywords).numpy().argmax(axis=1)
        explanation = self.method.explain(
            ids, baselines=numpy.where(special, ids, self.tokenizer.pad_token_id), target=target,
            forward_kwargs=keywords)
        scores = explanation.attributions[0].sum(axis=-1)
        return [row[kept == 1].tolist() for row, kept in zip(scores, mask)]


def main():
    given = peer.arguments(__doc__.splitlines()[0])
    explainer = AlibiExplainer(given)
    versions = {"python": platform.python_version(), "alibi": alibi.__version__,
                "tensorflow": tensorflow.__version__, "transformers": transformers.__version__}
    peer.measure(given, peer.read_texts(given.texts), explainer.token_scores, versions)


if __name__ == "__main__":
    main()
