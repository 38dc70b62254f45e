"""One measurement of a recipe in PyTorch. Prints one line of JSON. Runs with PyTorch 1.13 and later."""

import argparse
import contextlib
import gzip
import itertools
import json
import os
import resource
import statistics
import time

import numpy
import torch

import models

WARM_UP = 2.0
CHUNK = 0.5
LEAST = 3
TRIAL = 2.0
TRIAL_STEPS = 20
TRIES = 2
INFERENCE_BATCH = 500


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--job", choices=["train", "encode", "generate", "loss"], default="train")
    parser.add_argument("--recipe", choices=["vae_mlp", "vae_cnn", "cvae"], default="vae_mlp")
    parser.add_argument("--data", help="folder of MNIST's four files; without it, noise")
    parser.add_argument("--batch", type=int, default=128)
    parser.add_argument("--latent", type=int, default=2)
    parser.add_argument("--hidden", type=int, help="width of the hidden layer; by default the recipe's")
    parser.add_argument("--image", type=int, default=28, help="height and width of the noise")
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--seconds", type=float, default=4, help="how long to measure")
    parser.add_argument("--epochs", type=int, default=10, help="length of the job 'loss'")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--variant", default="default",
                        help="best, best-fp32, or of bf16, medium, channels_last, foreach and fused some, joined by +")
    given = parser.parse_args()
    given.hidden = given.hidden or (512 if given.recipe == "vae_mlp" else 16)
    return given


def read(path):
    """An IDX file, as it is or compressed by gzip."""
    with (open(path, "rb") if os.path.exists(path) else gzip.open(path + ".gz")) as file:
        content = file.read()
    sizes = numpy.frombuffer(content, ">i4", content[3], 4)
    return numpy.frombuffer(content, numpy.uint8, offset=4 + 4 * content[3]).reshape(sizes)


def data(given, part):
    if given.data is None:
        count = max(4 * given.batch, 10_000 * 28 * 28 // given.image ** 2)
        return torch.rand(count, 1, given.image, given.image), torch.randint(models.CLASSES, (count,))
    images = read(os.path.join(given.data, part + "-images-idx3-ubyte"))
    labels = read(os.path.join(given.data, part + "-labels-idx1-ubyte"))
    return torch.tensor(images).unsqueeze(1).float() / 255, torch.tensor(labels).long()


class Training:
    """A model in training under a variant."""

    def __init__(self, given, variant):
        torch.manual_seed(given.seed)
        self.given, self.variant = given, variant.split("+")
        if hasattr(torch, "set_float32_matmul_precision"):
            torch.set_float32_matmul_precision("medium" if "medium" in self.variant else "highest")
        self.model = models.build(given.recipe, given.latent, given.hidden, given.image)
        if "channels_last" in self.variant:
            self.model = self.model.to(memory_format=torch.channels_last)
        options = {name: True for name in ("foreach", "fused") if name in self.variant}
        self.optimizer = models.optimizer(given.recipe, self.model.parameters(), **options)

    def loss(self, x, labels):
        if "channels_last" in self.variant:
            x = x.contiguous(memory_format=torch.channels_last)
        with torch.autocast("cpu", dtype=torch.bfloat16) if "bf16" in self.variant else contextlib.nullcontext():
            return models.loss(self.model, x, labels)

    def step(self, x, labels):
        loss = self.loss(x, labels)
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        self.optimizer.step()
        return loss.detach()

    def epoch(self, x, labels):
        """The numbers of examples of its steps, each when it is done."""
        order, total = torch.randperm(len(x)), torch.zeros(())              # the total is read at the end of an epoch, not in each step
        for chosen in order.split(self.given.batch):
            total += self.step(x[chosen], labels[chosen])
            yield len(chosen)


def variants(given):
    """What may be faster than the defaults."""
    products = [""] if given.variant == "best-fp32" else ["", "bf16", "medium"] if given.recipe == "vae_mlp" else ["", "bf16"]
    layouts = [""] if given.recipe == "vae_mlp" else ["", "channels_last"]
    optimizers = ["", "foreach", "fused"] if given.recipe == "vae_mlp" else ["", "foreach"]
    for chosen in itertools.product(products, layouts, optimizers):
        yield "+".join(filter(None, chosen)) or "default"


def rate(training, x, labels):
    """Examples per second of a trial, behind two steps that are not counted."""
    counts = itertools.chain.from_iterable(training.epoch(x, labels) for _ in itertools.count())
    next(counts), next(counts)
    start, steps, done = time.perf_counter(), 0, 0
    while steps < TRIAL_STEPS or time.perf_counter() - start < TRIAL:
        steps, done = steps + 1, done + next(counts)
    return done / (time.perf_counter() - start)


def best(given, x, labels):
    """The fastest variant, the default among them, of tries in turn. A variant's best counts: what else the machine does only slows."""
    rates = {}
    for variant in list(variants(given)) * TRIES:
        with contextlib.suppress(RuntimeError, TypeError, ValueError):       # this PyTorch has it not
            rates[variant] = max(rates.get(variant, 0), rate(Training(given, variant), x, labels))
    return max(rates, key=rates.get)


def train(given):
    x, labels = data(given, "train")
    variant = best(given, x, labels) if given.variant.startswith("best") else given.variant
    training, rates, done, start = Training(given, variant), [], 0, None
    for count in itertools.chain.from_iterable(training.epoch(x, labels) for _ in itertools.count()):
        done, now = done + count, time.perf_counter()
        start = start or now                                                 # the first step is not counted
        if now - start < WARM_UP:
            done, since = 0, now
        elif done > 0 and now - since >= CHUNK:
            rates.append(done / (now - since))
            done, since = 0, now
        if now - start >= WARM_UP + given.seconds and len(rates) >= LEAST:
            return {"rates": rates, "variant": variant}


def inference(given, whole):
    """Examples per second of a function that does many at a time, behind a warm-up of at least one call."""
    rates, start, warm = [], time.perf_counter(), None
    while warm is None or time.perf_counter() - warm < given.seconds or len(rates) < LEAST:
        before = time.perf_counter()
        with torch.no_grad():
            done = len(whole())
        now = time.perf_counter()
        if warm is not None:
            rates.append(done / (now - before))
        elif now - start >= WARM_UP:
            warm = now
    return {"rates": rates, "variant": given.variant}


def encode(given):
    model, (x, labels) = Training(given, given.variant).model.eval(), data(given, "train")
    return inference(given, lambda: torch.cat([
        model.encode(*part)[0] for part in zip(x.split(INFERENCE_BATCH), labels.split(INFERENCE_BATCH))]))


def generate(given):
    model, labels = Training(given, given.variant).model.eval(), torch.arange(10_000) % models.CLASSES
    return inference(given, lambda: torch.cat([
        model.decode(torch.randn(len(part), given.latent), part).sigmoid() for part in labels.split(INFERENCE_BATCH)]))


def loss(given):
    x, labels = data(given, "train")
    variant = best(given, x, labels) if given.variant.startswith("best") else given.variant
    training, start = Training(given, variant), time.perf_counter()
    done = sum(sum(training.epoch(x, labels)) for _ in range(given.epochs))
    rate, total = done / (time.perf_counter() - start), 0.0
    test, test_labels = data(given, "t10k")
    with torch.no_grad():
        for images, told in zip(test.split(INFERENCE_BATCH), test_labels.split(INFERENCE_BATCH)):
            total += float(models.loss(training.model, images, told)) * len(images)
    return {"rates": [rate], "loss": total / len(test), "variant": variant}


def peak():
    """The most memory that the process had at a time, in MiB."""
    try:
        with open("/proc/self/status") as status:
            return next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) / 1024
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main():
    given = arguments()
    torch.set_num_threads(given.threads)
    result = globals()[given.job](given)
    result.update(median=statistics.median(result["rates"]), peak=peak(), version="PyTorch " + torch.__version__)
    print(json.dumps(result))


if __name__ == "__main__":
    main()
