"""Artefacts as light makes them: ink and dirt absorb (densities add), a fold is a second layer of tissue, a bubble refracts.

Each function takes linear light [n, n, 3], the white I0 and a random generator and gives (light, mask): the mask says where the
artefact lies, 0..1. Colours are optical densities of the three channels, so that layers add as Beer and Lambert have it.
"""

import numpy as np
from scipy import ndimage

from . import optics, shapes

#: Density of each channel (R, G, B) of the inks that training shows, at full strength: blue, black and green markers.
INKS = {'blue': (1.0, 0.62, 0.16), 'black': (0.95, 0.98, 0.9), 'green': (0.98, 0.3, 0.72)}


def stroke(size, random, width=None):
    """Mask of one marker stroke across the tile and the distance across it, in units of its half width."""
    half = random.uniform(8, 60) if width is None else width / 2
    path = shapes.curve(size, random, bend=random.uniform(0, 0.3))
    across, along = shapes.along_curve(path, size)
    across = across + 1.5 * shapes.smooth_noise(size, 10, random) * random.uniform(0, 1)
    return shapes.soft(half - np.abs(across), random.choice([1.0, 3.0, 8.0, 16.0])), across / half, along


def pen(light, white, random, inks=INKS):
    """A marker's stroke on the cover slip: translucent ink, denser at its edges or streaked along it, sharp or out of the focal plane."""
    size = light.shape[0]
    colour = np.asarray(inks[random.choice(sorted(inks))], np.float32) * random.uniform(0.85, 1.15, 3).astype(np.float32)
    strength = np.exp(random.uniform(np.log(0.22), np.log(1.5)))
    mask, across, _ = stroke(size, random)
    if random.random() < 0.25:
        mask = np.maximum(mask, stroke(size, random)[0])
    texture = 1 + random.uniform(0, 0.25) * shapes.smooth_noise(size, random.uniform(2, 25), random)
    texture = texture + random.uniform(0, 0.5) * np.exp(-((np.abs(across) - 0.85) / 0.12) ** 2)
    amount = mask * np.clip(texture, 0.3, 2.2)
    if random.random() < 0.3:  # dried ink breaks up
        amount = amount * shapes.soft(shapes.smooth_noise(size, random.uniform(2, 8), random) + 1.1, 0.6)
    amount = optics.gaussian(amount, random.choice([0.0, 1.0, 3.0, 7.0]))
    return optics.absorbed(light, strength * amount[..., None] * colour), np.clip(amount, 0, 1)


def fold(light, white, random, layers=None):
    """Tissue folded over: in a band the density of the tissue itself and of displaced tissue add up, a little out of focus.

    Gives mask None where the tile has too little tissue to fold.
    """
    size = light.shape[0]
    od = optics.density(light, white)
    tissue = ndimage.uniform_filter(od.mean(2), 15)
    places = np.argwhere(tissue[20:-20:8, 20:-20:8] > 0.1)
    if len(places) < 12:
        return light, None
    through = places[random.integers(len(places))] * 8 + 20
    path = shapes.curve(size, random, bend=random.uniform(0.05, 0.5), through=through)
    across, _ = shapes.along_curve(path, size)
    across = across + random.uniform(0, 4) * shapes.smooth_noise(size, 18, random)
    half = random.uniform(5, 30)
    # One side is the crease (sharp), the other the free edge (it lies higher, so its border is softer).
    crease, free = random.uniform(1, 3), random.uniform(1, 9)
    mask = np.where(across > 0, shapes.soft(half - across, crease), shapes.soft(half + across, free)).astype(np.float32)
    shift = np.round(random.uniform(0.4, 2.2) * half * np.array([np.sin(a := random.uniform(0, 6.3)), np.cos(a)])).astype(int) + random.integers(-40, 41, 2)
    other = od[::-1] if random.random() < 0.5 else od[:, ::-1]
    other = np.roll(other, tuple(shift), (0, 1))
    extra = other if layers is None else layers * other
    if layers is None and random.random() < 0.35:  # three layers: down, back and down again
        extra = extra + np.roll(od, tuple(-shift // 2), (0, 1))
    # Folded tissue is tissue: where glass came to lie on it by the shift, the mean density of the tissue stands in for it.
    dense = od[tissue > 0.1].mean(0) if (tissue > 0.1).any() else od.mean((0, 1))
    extra = np.maximum(extra, random.uniform(0.5, 0.9) * dense)
    ridge = 1 + random.uniform(0, 0.5) * np.exp(-((np.abs(across) - 0.8 * half) / 3) ** 2)
    mask = mask * shapes.soft(ndimage.uniform_filter(tissue, 9) - 0.03, 0.05)  # no fold on bare glass
    total = od + extra * (mask * ridge)[..., None]
    folded = (white * np.exp(-optics.LN10 * total)).astype(np.float32)
    soft = optics.gaussian(folded, random.uniform(0.4, 2.0))
    near = optics.gaussian(mask, 1.5)[..., None]
    return folded * (1 - near) + soft * near, mask


def bubble(light, white, random, squeeze=1.0, rings=1):
    """Air under the cover slip: tissue inside is displaced and soft, light at the rim leaves the objective's cone, so the rim is dark,
    with a bright line beside it. The centre may lie outside the tile."""
    size = light.shape[0]
    radius = np.exp(random.uniform(np.log(22), np.log(170)))
    off = random.uniform(0, 2 * np.pi)
    reach = random.uniform(0, 1) * min(radius * 0.85 + size * 0.25, radius + size * 0.3)
    centre = size / 2 + reach * np.array([np.sin(off), np.cos(off)])
    y, x = shapes.grid(size)
    turn = random.uniform(0, np.pi)
    dy, dx = y - centre[0], x - centre[1]
    u, v = (np.cos(turn) * dx + np.sin(turn) * dy), (-np.sin(turn) * dx + np.cos(turn) * dy) * squeeze
    wave = 1 + random.uniform(0, 0.05) * np.cos(3 * np.arctan2(v, u) + turn)
    distance = np.hypot(u, v) / (radius * wave)
    inside = shapes.soft((1 - distance) * radius, 2)
    # Inside, the missing mountant makes a weak lens: content is magnified about the centre and out of focus.
    lens = 1 - random.uniform(0.0, 0.25) * np.clip(1 - distance, 0, 1)
    moved = np.stack([ndimage.map_coordinates(light[..., c], [centre[0] + dy * lens, centre[1] + dx * lens], order=1, mode='mirror') for c in range(3)], -1)
    moved = optics.gaussian(moved, random.uniform(0.6, 4.0))
    haze = random.uniform(0, 0.45)  # scattered light fills the shadows
    moved = moved * (1 - haze) + white * random.uniform(0.7, 1.0) * haze
    out = light * (1 - inside[..., None]) + moved * inside[..., None]
    rim = np.zeros((size, size), np.float32)
    for k in range(rings):
        width = random.uniform(2.0, 9.0) / radius
        place = 1 - width * (1 + 2.2 * k)
        rim = np.maximum(rim, np.exp(-(((distance - place) / np.where(distance < place, 1.4 * width, 0.6 * width)) ** 2)) * (0.7 ** k))
    bright = np.exp(-(((distance - 1 - 0.3 * width) / (0.5 * width)) ** 2)) * random.uniform(0, 0.35)
    tint = random.uniform(0.9, 1.1, 3).astype(np.float32)
    out = optics.absorbed(out, random.uniform(0.25, 1.3) * optics.gaussian(rim, random.uniform(0.3, 2))[..., None] * tint)
    out = out * (1 + bright[..., None])
    return out.astype(np.float32), np.maximum(inside, np.clip(rim, 0, 1))


def fibre(size, random):
    """(density, mask) of one fibre: a thin curved line, darker at its borders than along its axis."""
    across, along = shapes.along_curve(shapes.curve(size, random, bend=random.uniform(0.1, 0.7)), size)
    half = random.uniform(1.2, 5)
    length = random.uniform(60, 300)
    start = random.uniform(0, 150)
    mask = shapes.soft(half - np.abs(across), 1) * shapes.soft(along - start, 4) * shapes.soft(start + length - along, 4)
    return mask * (0.6 + random.uniform(0, 0.8) * (np.abs(across) / half) ** 2), mask


def dust(size, random):
    """(density, mask) of a few dark irregular grains."""
    amount = np.zeros((size, size), np.float32)
    middle = random.uniform(0.15, 0.85, 2) * size
    for _ in range(random.integers(1, 6)):
        centre = middle + random.normal(size=2) * 28
        amount = np.maximum(amount, random.uniform(0.6, 1.0) * shapes.blob(size, centre, random.uniform(3, 14), random))
    return amount * (1 + 0.3 * shapes.smooth_noise(size, 3, random)).clip(0.3, 2), amount


def squame(size, random):
    """(density, mask) of a flake of skin: a thin folded plate with denser borders."""
    centre, radius = random.uniform(0.2, 0.8, 2) * size, random.uniform(14, 45)
    plate = shapes.polygon(size, centre, radius, random, corners=random.integers(5, 9))
    border = np.clip(plate - optics.gaussian(plate, 2.5), 0, 1) * 2.0
    crease = np.exp(-(shapes.smooth_noise(size, 12, random) / 0.15) ** 2) * 0.4
    return plate * (0.35 + border + crease), plate


def foreign(light, white, random, kinds=(fibre, dust, squame)):
    """A fibre, dust or a flake of skin on the slide or its cover, mostly outside the focal plane."""
    size = light.shape[0]
    kind = kinds[random.integers(len(kinds))]
    amount, mask = kind(size, random)
    if kind is squame:
        colour = np.array([random.uniform(0.1, 0.4), random.uniform(0.25, 0.6), random.uniform(0.2, 0.5)])
        strength = random.uniform(0.5, 1.6)
    else:
        grey = random.uniform(0.5, 1.0)
        colour = np.clip(grey + random.normal(size=3) * random.choice([0.04, 0.3]), 0.05, 1.4)
        strength = random.uniform(0.45, 1.8)
    deviation = random.choice([0.3, 1.0, 2.0, 3.5])
    amount = optics.gaussian(amount.astype(np.float32), deviation)
    return optics.absorbed(light, (strength * amount)[..., None] * colour.astype(np.float32)), np.clip(optics.gaussian(mask, deviation), 0, 1)


def glass(size, random):
    """Empty glass: even light with a tint, a slow gradient and a fall towards the corners. Gives (light, white)."""
    tint = np.array([random.uniform(0.72, 1.0), random.uniform(0.68, 0.97), random.uniform(0.66, 1.0)]) ** random.uniform(0.6, 1.6)
    y, x = np.meshgrid(np.linspace(-1, 1, size), np.linspace(-1, 1, size), indexing='ij')
    centre = random.normal(size=2) * 0.5
    fall = 1 - random.uniform(0, 0.22) * ((y - centre[0]) ** 2 + (x - centre[1]) ** 2) / 2
    slope = 1 + random.normal() * 0.04 * y + random.normal() * 0.04 * x
    cloud = 1 + random.uniform(0, 0.012) * shapes.smooth_noise(size, random.uniform(20, 70), random)
    light = (tint * (fall * slope * cloud)[..., None]).astype(np.float32)
    return np.clip(light, 0, 1.1), np.maximum(tint, 0.4).astype(np.float32)
