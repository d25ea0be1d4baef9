"""Which tokens carried the prediction? With alibi, TensorFlow and transformers.

usage: with_alibi.py MODEL_DIR
"""
import sys

import numpy as np
import tensorflow as tf
from alibi.explainers import IntegratedGradients
from transformers import AutoTokenizer, TFAutoModelForSequenceClassification

TEXTS = ["I love you, I like you", "I love you, I like you, but I also kind of dislike you",
         "Everything is so nice about you"]


class Probabilities(tf.keras.Model):
    """The classifier with a softmax behind it."""

    def __init__(self, classifier):
        super().__init__()
        self.classifier = classifier

    def call(self, ids, attention_mask=None):
        return tf.nn.softmax(self.classifier(ids, attention_mask=attention_mask).logits, axis=-1)


tokenizer = AutoTokenizer.from_pretrained(sys.argv[1])
classifier = TFAutoModelForSequenceClassification.from_pretrained(sys.argv[1])
model = Probabilities(classifier)

z = tokenizer(TEXTS, padding="max_length", truncation=True, max_length=32, return_tensors="np")
ids = z["input_ids"]
kwargs = {"attention_mask": tf.constant(z["attention_mask"])}
special = np.isin(ids, tokenizer.all_special_ids)
baselines = np.where(special, ids, tokenizer.pad_token_id)
predicted = model(ids, **kwargs).numpy().argmax(axis=1)

layer = classifier.layers[0].embeddings
ig = IntegratedGradients(model, layer=layer, n_steps=50, internal_batch_size=5)
explanation = ig.explain(ids, forward_kwargs=kwargs, baselines=baselines, target=predicted)

scores = explanation.attributions[0].sum(axis=-1)
for text, row, length in zip(ids, scores, z["attention_mask"].sum(axis=1)):
    tokens = tokenizer.convert_ids_to_tokens(text[:length].tolist())
    print(" ".join(f"{token} {score:+.4f}" for token, score in zip(tokens, row)))
