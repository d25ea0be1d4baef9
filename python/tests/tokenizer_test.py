"""Hugging Face's manners of the tokenizer."""

import numpy as np
import pytest

TEXT = "I love you, antidisestablishmentarianism ☃"


@pytest.fixture
def tokenizer(bert_tokenizer):
    return bert_tokenizer


class TestCall:
    def test_one_text(self, tokenizer):
        z = tokenizer(TEXT)
        assert set(z) == {"input_ids", "token_type_ids", "attention_mask"}
        assert z["input_ids"][0] == tokenizer.cls_token_id
        assert z["input_ids"][-1] == tokenizer.sep_token_id
        assert z.input_ids == z["input_ids"] == tokenizer.encode(TEXT)
        assert z["attention_mask"] == [1] * len(z["input_ids"])
        assert z.tokens()[0] == "[CLS]"
        assert z.word_ids()[0] is None
        assert z.word_ids()[1:4] == [0, 1, 2]
        assert z.sequence_ids()[:2] == [None, 0]

    def test_offsets_are_code_points(self, tokenizer):
        text = "ça 🙂 love"
        z = tokenizer(text, return_offsets_mapping=True)
        start, end = z["offset_mapping"][z.tokens().index("love")]
        assert text[start:end] == "love"
        assert z["offset_mapping"][0] == (0, 0)
        assert z.char_to_token(0, text.index("love")) == z.tokens().index("love")
        assert z.char_to_token(0, 2) is None

    def test_pairs(self, tokenizer):
        z = tokenizer("I love you", "you hate me")
        assert set(z["token_type_ids"]) == {0, 1}
        assert z.sequence_ids().count(1) == 3
        assert tokenizer([("I love you", "you hate me")])["input_ids"] == [z["input_ids"]]
        assert tokenizer(["I love you"], ["you hate me"])["input_ids"] == [z["input_ids"]]

    def test_parts(self, tokenizer):
        z = tokenizer("I love you", return_attention_mask=False, return_token_type_ids=False,
                      return_special_tokens_mask=True, return_length=True)
        assert set(z) == {"input_ids", "special_tokens_mask", "length"}
        assert z["special_tokens_mask"] == [1, 0, 0, 0, 1]
        assert z["length"] == 5

    def test_without_special_tokens(self, tokenizer):
        z = tokenizer("I love you, I like you", add_special_tokens=False)
        assert z["input_ids"] == tokenizer("I love you, I like you")["input_ids"][1:-1]
        short = tokenizer("I love you, I like you", add_special_tokens=False, truncation=True,
                          max_length=3)
        assert short["input_ids"] == z["input_ids"][:3]


class TestPadding:
    def test_longest(self, tokenizer):
        z = tokenizer(["I", "I love you"], padding=True, return_tensors="np")
        assert z["input_ids"].shape == (2, 5)
        assert z["input_ids"].dtype == np.int64
        assert z["input_ids"][0].tolist()[3:] == [tokenizer.pad_token_id] * 2
        assert z["attention_mask"].tolist() == [[1, 1, 1, 0, 0], [1] * 5]

    def test_max_length_and_multiple(self, tokenizer):
        assert tokenizer(["I"], padding="max_length", max_length=9, return_tensors="np"
                         )["input_ids"].shape == (1, 9)
        assert len(tokenizer("I", padding=True, pad_to_multiple_of=8)["input_ids"]) == 8
        assert len(tokenizer("I", padding="max_length")["input_ids"]) == tokenizer.model_max_length

    def test_left(self, tokenizer):
        z = tokenizer(["I", "I love you"], padding=True, padding_side="left")
        assert z["attention_mask"][0] == [0, 0, 1, 1, 1]

    def test_none(self, tokenizer):
        assert [len(r) for r in tokenizer(["I", "I love you"])["input_ids"]] == [3, 5]
        with pytest.raises(ValueError, match="padding=True"):
            tokenizer(["I", "I love you"], return_tensors="np")


class TestTruncation:
    def test_longest_first(self, tokenizer):
        z = tokenizer("I love you, I like you", truncation=True, max_length=4)
        assert z["input_ids"] == [*tokenizer("I love you")["input_ids"][:3],
                                  tokenizer.sep_token_id]
        assert tokenizer("I love you, I like you", max_length=4)["input_ids"] == z["input_ids"]

    def test_only_first(self, tokenizer):
        z = tokenizer("I love you I like you", "you hate me", truncation="only_first", max_length=8)
        assert z.sequence_ids().count(0) == 2
        assert z.sequence_ids().count(1) == 3

    def test_off(self, tokenizer):
        text = "I love you " * 300
        assert len(tokenizer(text)["input_ids"]) == 902
        assert len(tokenizer(text, truncation=True)["input_ids"]) == tokenizer.model_max_length


class TestWords:
    def test_decode(self, tokenizer):
        ids = tokenizer("I love you, I like you")["input_ids"]
        assert tokenizer.decode(ids, skip_special_tokens=True) == "i love you, i like you"
        assert tokenizer.decode([ids[2]]) == "love"
        assert tokenizer.decode(np.int64(ids[2])) == "love"
        assert tokenizer.batch_decode([ids[1:3]]) == ["i love"]

    def test_convert(self, tokenizer):
        ids = tokenizer.convert_tokens_to_ids(["love", "no such piece"])
        assert ids[1] == tokenizer.unk_token_id
        assert tokenizer.convert_ids_to_tokens(ids) == ["love", "[UNK]"]
        assert tokenizer.convert_ids_to_tokens(ids[0]) == "love"
        assert tokenizer.tokenize("I love you") == ["i", "love", "you"]

    def test_special_tokens(self, tokenizer):
        assert tokenizer.pad_token == "[PAD]"
        assert tokenizer.mask_token == "[MASK]"
        assert set(tokenizer.all_special_ids) == {
            tokenizer.cls_token_id, tokenizer.sep_token_id, tokenizer.pad_token_id,
            tokenizer.unk_token_id, tokenizer.mask_token_id}
        assert set(tokenizer.all_special_tokens) >= {"[CLS]", "[UNK]"}
        assert len(tokenizer) == tokenizer.vocab_size


class TestRefused:
    @pytest.mark.parametrize("options", [{"padding": "long"}, {"truncation": "short"},
                                         {"return_tensors": "tf"}, {"padding": True,
                                                                    "padding_side": "top"}])
    def test_values(self, tokenizer, options):
        with pytest.raises(ValueError):  # noqa: PT011 - each has its own words
            tokenizer(["I", "I love you"], **options)

    def test_types(self, tokenizer):
        with pytest.raises(TypeError, match="str"):
            tokenizer([3])
        with pytest.raises(TypeError, match="str"):
            tokenizer("a", 3)
        with pytest.raises(NotImplementedError):
            tokenizer("a", stride=3)
        with pytest.raises(ValueError, match="text_pair"):
            tokenizer(["a"], ["b", "c"])
