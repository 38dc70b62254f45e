"""The networks of the three recipes, as a user of PyTorch writes them."""

import torch
from torch import nn
from torch.nn import functional as F

CLASSES = 10


class Mlp(nn.Module):
    """image² – hidden – latent – hidden – image²."""

    def __init__(self, latent, hidden, image):
        super().__init__()
        self.image = image
        self.body = nn.Sequential(nn.Flatten(), nn.Linear(image * image, hidden), nn.ReLU())
        self.mean = nn.Linear(hidden, latent)
        self.log_var = nn.Linear(hidden, latent)
        self.decoder = nn.Sequential(nn.Linear(latent, hidden), nn.ReLU(), nn.Linear(hidden, image * image))

    def encode(self, x, labels=None):
        h = self.body(x)
        return self.mean(h), self.log_var(h)

    def decode(self, z, labels=None):
        return self.decoder(z).view(-1, 1, self.image, self.image)


class Cnn(nn.Module):
    """Convolutions 32 and 64 of stride 2, `hidden`, the code, and their transposes back; with `told`, the label beside image and code."""

    def __init__(self, latent, hidden, image, told=False):
        super().__init__()
        self.image, self.told = image, told
        self.grid = (image + 3) // 4
        self.plane = nn.Linear(CLASSES, image * image) if told else None
        features = 64 * self.grid * self.grid
        self.body = nn.Sequential(
            nn.Conv2d(2 if told else 1, 32, 3, stride=2, padding=1), nn.ReLU(),
            nn.Conv2d(32, 64, 3, stride=2, padding=1), nn.ReLU(),
            nn.Flatten(), nn.Linear(features, hidden), nn.ReLU())
        self.mean = nn.Linear(hidden, latent)
        self.log_var = nn.Linear(hidden, latent)
        self.first = nn.Linear(latent + (CLASSES if told else 0), features)
        self.decoder = nn.Sequential(
            nn.ConvTranspose2d(64, 64, 3, stride=2, padding=1, output_padding=1), nn.ReLU(),
            nn.ConvTranspose2d(64, 32, 3, stride=2, padding=1, output_padding=1), nn.ReLU(),
            nn.ConvTranspose2d(32, 1, 3, padding=1))

    def encode(self, x, labels=None):
        if self.told:
            x = torch.cat([x, self.plane(one_hot(labels)).view(-1, 1, self.image, self.image)], 1)
        h = self.body(x)
        return self.mean(h), self.log_var(h)

    def decode(self, z, labels=None):
        if self.told:
            z = torch.cat([z, one_hot(labels)], 1)
        h = F.relu(self.first(z)).view(-1, 64, self.grid, self.grid)
        return self.decoder(h)[..., :self.image, :self.image]


def one_hot(labels):
    return F.one_hot(labels, CLASSES).float()


def build(recipe, latent, hidden, image):
    """The network of a recipe, with its starting values: Glorot-uniform weights, zero biases."""
    model = Mlp(latent, hidden, image) if recipe == "vae_mlp" else Cnn(latent, hidden, image, told=recipe == "cvae")
    for part in model.modules():
        if isinstance(part, (nn.Linear, nn.Conv2d, nn.ConvTranspose2d)):
            nn.init.xavier_uniform_(part.weight)
            nn.init.zeros_(part.bias)
    return model


def loss(model, x, labels):
    """The negative evidence lower bound, in nats for each example."""
    mean, log_var = model.encode(x, labels)
    mean, log_var = mean.float(), log_var.float()
    z = mean + torch.exp(0.5 * log_var) * torch.randn_like(mean)
    logits = model.decode(z, labels).float()
    reconstruction = F.binary_cross_entropy_with_logits(logits, x, reduction="sum")
    divergence = -0.5 * torch.sum(1 + log_var - mean.pow(2) - log_var.exp())
    return (reconstruction + divergence) / len(x)


def optimizer(recipe, parameters, **options):
    if recipe == "vae_mlp":
        return torch.optim.Adam(parameters, lr=1e-3, eps=1e-7, **options)
    return torch.optim.RMSprop(parameters, lr=1e-3, alpha=0.9, eps=1e-7, **options)
