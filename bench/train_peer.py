#!/usr/bin/env python3
"""Training steps in PyTorch with transformers: what integrad_bench_train is measured beside.

usage: train_peer.py MODEL_DIR TEXTS.txt|random BATCH LENGTH STEPS f32|bf16 [THREADS]

Texts are padded to LENGTH, as the example does. Prints one JSON object.
"""
import json
import resource
import sys
import time

import torch
from transformers import AutoModelForSequenceClassification, AutoTokenizer


def main():
    directory, file, batch, length, steps, precision = sys.argv[1:7]
    batch, length, steps = int(batch), int(length), int(steps)
    if len(sys.argv) > 7:
        torch.set_num_threads(int(sys.argv[7]))
    torch.manual_seed(1)
    model = AutoModelForSequenceClassification.from_pretrained(directory).float().train()
    if file == "random":
        ids = torch.randint(1000, model.config.vocab_size, (batch, length))
        mask = torch.ones_like(ids)
    else:
        with open(file, encoding="utf-8") as texts:
            lines = texts.read().splitlines()
        encoded = AutoTokenizer.from_pretrained(directory)(
            lines, truncation=True, max_length=length, padding="max_length", return_tensors="pt")
        ids, mask = encoded["input_ids"], encoded["attention_mask"]
    labels = torch.arange(len(ids)) % 2
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-5, weight_decay=0.01)
    seconds, tokens = [], 0
    for step in range(steps + 1):
        rows = torch.arange(step * batch, (step + 1) * batch) % len(ids)
        begin = time.perf_counter()
        with torch.autocast("cpu", torch.bfloat16, enabled=precision == "bf16"):
            loss = model(ids[rows], attention_mask=mask[rows], labels=labels[rows]).loss
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        if step > 0:
            seconds.append(time.perf_counter() - begin)
            tokens += int(mask[rows].sum())
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"steps": steps, "tokens": tokens, "seconds": sum(seconds),
                      "best_step": min(seconds), "peak_mib": round(peak)}))


if __name__ == "__main__":
    main()
