#!/usr/bin/env python3
"""Times integrad beside Captum on the same machine, one after the other in turns.

usage: compare_with_captum.py MODEL_DIR TEXTS.txt --integrad PATH --python VENV_PYTHON [--repeats 3]
       [--batch 5] [--max-length 256] [--steps 50] [--out results.json]

PATH is integrad_bench_explain (cmake -DINTEGRAD_BENCH=ON); VENV_PYTHON a Python with torch,
transformers and captum. Captum runs in float32, one text at a time, without padding, at the
embeddings block, as a PyTorch user would. Prints the ratio of the best repeats.
"""
import argparse
import json
import platform
import resource
import subprocess
import sys
import time


def run_captum(arguments):
    """One repeat, in its own process: {"seconds_per_text": …, "startup_seconds": …}."""
    start = time.perf_counter()
    import torch
    from captum.attr import LayerIntegratedGradients
    from transformers import AutoModelForSequenceClassification, BertTokenizerFast

    tokenizer = BertTokenizerFast.from_pretrained(arguments.model)
    model = AutoModelForSequenceClassification.from_pretrained(arguments.model).float().eval()
    embeddings = getattr(model, model.base_model_prefix).embeddings
    for parameter in model.parameters():
        parameter.requires_grad_(False)
    embeddings.word_embeddings.weight.requires_grad_(True)  # Captum needs a graph through the layer

    def forward(ids, mask):
        return torch.softmax(model(ids, attention_mask=mask).logits, -1)

    explainer = LayerIntegratedGradients(forward, embeddings)
    special = torch.tensor(tokenizer.all_special_ids)
    pad = torch.tensor(tokenizer.pad_token_id)
    texts = [line for line in open(arguments.texts, encoding="utf-8").read().split("\n") if line]
    startup = time.perf_counter() - start
    begin = time.perf_counter()
    for text in texts:
        encoded = tokenizer(text, truncation=True, max_length=arguments.max_length, return_tensors="pt")
        ids, mask = encoded["input_ids"], encoded["attention_mask"]
        with torch.no_grad():
            target = forward(ids, mask).argmax(-1)
        explainer.attribute(ids, baselines=torch.where(torch.isin(ids, special), ids, pad),
                            target=target, additional_forward_args=(mask,),
                            n_steps=arguments.steps, method="gausslegendre",
                            internal_batch_size=arguments.batch)
    seconds = (time.perf_counter() - begin) / len(texts)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds_per_text": seconds, "startup_seconds": startup, "peak_rss_mib": peak}))


def run_integrad(arguments):
    command = [arguments.integrad, arguments.model, arguments.texts, "1", str(arguments.steps),
               str(arguments.max_length)]
    report = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return {"seconds_per_text": report["seconds_per_text_best"],
            "startup_seconds": report["startup_seconds"], "peak_rss_mib": report["peak_rss_mib"]}


def processor():
    for line in open("/proc/cpuinfo", encoding="utf-8"):
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.processor()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model")
    parser.add_argument("texts")
    parser.add_argument("--integrad")
    parser.add_argument("--python")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--batch", type=int, default=5)
    parser.add_argument("--max-length", type=int, default=256)
    parser.add_argument("--steps", type=int, default=50)
    parser.add_argument("--out")
    parser.add_argument("--captum-only", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.captum_only:
        return run_captum(arguments)
    runs = {"integrad": [], "captum": []}
    for _ in range(arguments.repeats):
        runs["integrad"].append(run_integrad(arguments))
        command = [arguments.python, *sys.argv[:3], "--captum-only", "--batch", str(arguments.batch),
                   "--steps", str(arguments.steps), "--max-length", str(arguments.max_length)]
        output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        runs["captum"].append(json.loads(output.strip().split("\n")[-1]))
    best = {tool: min(r["seconds_per_text"] for r in results) for tool, results in runs.items()}
    report = {"processor": processor(), "threads": len(__import__("os").sched_getaffinity(0)),
              "steps": arguments.steps, "captum_batch": arguments.batch, "best": best,
              "ratio": best["captum"] / best["integrad"], "runs": runs}
    print(json.dumps(report, indent=1))
    if arguments.out:
        with open(arguments.out, "w", encoding="utf-8") as file:
            json.dump(report, file, indent=1)
            file.write("\n")


if __name__ == "__main__":
    main()
