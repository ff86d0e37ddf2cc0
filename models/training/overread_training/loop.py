"""The training loop: seeds, averaged weights, a checkpoint each epoch, resume."""

import copy
import json
import math
import time
from pathlib import Path

import numpy as np
import torch


def seed_everything(seed):
    np.random.seed(seed)
    torch.manual_seed(seed)


def averaged(average, model, decay):
    with torch.no_grad():
        for mean, value in zip(average.state_dict().values(), model.state_dict().values()):
            if mean.dtype.is_floating_point:
                mean.lerp_(value, 1 - decay)
            else:
                mean.copy_(value)


def rate(step, total, warm):
    """Relative learning rate: linear rise, then half a cosine to nearly zero."""
    if step < warm:
        return (step + 1) / warm
    return 0.5 * (1 + math.cos(math.pi * (step - warm) / max(1, total - warm))) * 0.99 + 0.01


def spent(run):
    """Seconds of all epochs of a run, from its log."""
    lines = (run / 'log.jsonl').read_text(encoding='utf-8').splitlines() if (run / 'log.jsonl').exists() else []
    return round(sum(json.loads(line)['seconds'] for line in lines))


def train(model, batch_loss, indices, settings, run, seed, stop_after=None, weights=None):
    """Train model on indices; batch_loss(model, index array) gives the loss. Returns the averaged model.

    settings: epochs, batch, learning_rate, weight_decay, average (decay of the weight average).
    run: folder for checkpoint.pt, log.jsonl, final.pt and run.json (what was planned and done); an existing checkpoint is continued. stop_after: number of
    epochs after which this call returns (to be continued later); 0 takes the averaged weights as they are. weights: sampling weights for each index.
    """
    run = Path(run)
    run.mkdir(parents=True, exist_ok=True)
    seed_everything(seed)
    model = model.to(memory_format=torch.channels_last)
    average = copy.deepcopy(model)
    optimiser = torch.optim.AdamW(model.parameters(), lr=settings['learning_rate'], weight_decay=settings['weight_decay'])
    steps = max(1, settings.get('steps') or len(indices) // settings['batch'])
    total, warm = steps * settings['epochs'], max(1, int(steps * settings['epochs'] * 0.1))
    first = 0
    checkpoint = run / 'checkpoint.pt'
    if checkpoint.exists():
        kept = torch.load(checkpoint, weights_only=False)
        model.load_state_dict(kept['model'])
        average.load_state_dict(kept['average'])
        optimiser.load_state_dict(kept['optimiser'])
        first = kept['epoch']
        torch.set_rng_state(kept['torch_random'])
        np.random.set_state(kept['numpy_random'])
    last = settings['epochs'] if stop_after is None else min(settings['epochs'], first + stop_after)
    chances = None if weights is None else weights / weights.sum()
    for epoch in range(first, last):
        began, losses = time.time(), []
        model.train()
        wanted = steps * settings['batch']
        if chances is None:
            order = np.concatenate([np.random.permutation(indices) for _ in range(-(-wanted // len(indices)))])[:wanted]
        else:
            order = np.random.choice(indices, wanted, p=chances)
        for step in range(steps):
            for group in optimiser.param_groups:
                group['lr'] = settings['learning_rate'] * rate(epoch * steps + step, total, warm)
            loss = batch_loss(model, order[step * settings['batch']:(step + 1) * settings['batch']])
            optimiser.zero_grad(set_to_none=True)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 5.0)
            optimiser.step()
            done = epoch * steps + step
            averaged(average, model, min(settings['average'], (1 + done) / (10 + done)))
            losses.append(float(loss.detach()))
        line = {'epoch': epoch + 1, 'loss': round(float(np.mean(losses)), 5), 'seconds': round(time.time() - began, 1)}
        with open(run / 'log.jsonl', 'a', encoding='utf-8') as log:
            log.write(json.dumps(line) + '\n')
        print(run.name, json.dumps(line), flush=True)
        part = run / 'checkpoint.part'
        torch.save({'model': model.state_dict(), 'average': average.state_dict(), 'optimiser': optimiser.state_dict(),
                    'epoch': epoch + 1, 'torch_random': torch.get_rng_state(), 'numpy_random': np.random.get_state()}, part)
        part.replace(checkpoint)
    average.eval()
    if last == settings['epochs'] or stop_after == 0:
        torch.save(average.state_dict(), run / 'final.pt')
        (run / 'run.json').write_text(json.dumps({'epochs': max(first, last), 'planned': settings['epochs'], 'steps': steps, 'batch': settings['batch'],
                                                  'seconds': spent(run), 'settings': settings}), encoding='utf-8')
    return average
