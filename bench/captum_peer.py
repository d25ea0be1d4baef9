"""One process of Captum's LayerIntegratedGradients at the embeddings block (see peer.py).

Same question as integrad's defaults: softmax probability of the predicted class, every token but
the special ones replaced by [PAD], Gauss-Legendre. Texts one at a time, as Captum cannot explain
texts of different lengths together without padding.
"""
import platform

import captum
import torch
import transformers
from captum.attr import LayerIntegratedGradients

import peer


class CaptumExplainer:
    def __init__(self, given):
        torch.set_num_threads(given.threads)
        self.given = given
        self.tokenizer = transformers.AutoTokenizer.from_pretrained(given.model)
        self.model = transformers.AutoModelForSequenceClassification.from_pretrained(given.model)
        self.model.float().eval().requires_grad_(False)
        embeddings = self.model.base_model.embeddings
        self.method = LayerIntegratedGradients(self.probabilities, embeddings)

    def probabilities(self, ids, mask):
        with torch.autocast("cpu", torch.bfloat16, enabled=self.given.bf16):
            logits = self.model(ids, attention_mask=mask).logits
        return logits.float().softmax(dim=-1)

    def encode(self, text):
        padding = "max_length" if self.given.padded else False
        encoded = self.tokenizer(text, truncation=True, max_length=self.given.max_length,
                                 padding=padding, return_tensors="pt")
        return encoded["input_ids"], encoded["attention_mask"]

    def token_scores(self, text):
        ids, mask = self.encode(text)
        special = torch.isin(ids, torch.tensor(self.tokenizer.all_special_ids))
        with torch.no_grad():
            target = self.probabilities(ids, mask).argmax(dim=-1)
        attributions = self.method.attribute(
            ids, baselines=ids.masked_fill(~special, self.tokenizer.pad_token_id), target=target,
            additional_forward_args=(mask,), n_steps=self.given.n_steps, method="gausslegendre",
            internal_batch_size=self.given.batch)
        return attributions.sum(dim=-1)[mask.bool()].tolist()


def main():
    given = peer.arguments(__doc__.splitlines()[0])
    explainer = CaptumExplainer(given)
    versions = {"python": platform.python_version(), "captum": captum.__version__,
                "torch": torch.__version__, "transformers": transformers.__version__}
    peer.measure(given, peer.read_texts(given.texts),
                 lambda texts: [explainer.token_scores(text) for text in texts], versions)


if __name__ == "__main__":
    main()
