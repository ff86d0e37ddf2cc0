"""The classical measures of focus that the network must beat, on luma 0..255: the larger, the sharper."""

import numpy as np
from scipy import ndimage

LUMA = np.array([0.299, 0.587, 0.114])


def variance_of_laplacian(grey):
    """Pech-Pacheco et al. 2000."""
    return float(ndimage.laplace(grey).var())


def tenengrad(grey):
    """Mean squared Sobel gradient (Krotkov 1988)."""
    return float((ndimage.sobel(grey, 0) ** 2 + ndimage.sobel(grey, 1) ** 2).mean())


def brenner(grey):
    """Mean squared difference of pixels two apart, both ways (Brenner et al. 1976)."""
    return float(((grey[2:] - grey[:-2]) ** 2).mean() + ((grey[:, 2:] - grey[:, :-2]) ** 2).mean())


def normalised_laplacian(grey):
    """Variance of the Laplacian over the image's own variance, after a slight smoothing: content and noise count less."""
    soft = ndimage.gaussian_filter(grey, 0.7)
    return float(ndimage.laplace(soft).var() / max(soft.var(), 1e-6))


MEASURES = {'variance of Laplacian': variance_of_laplacian, 'Tenengrad': tenengrad, 'Brenner': brenner, 'normalised Laplacian': normalised_laplacian}


def measure(tile):
    grey = tile @ LUMA
    return {name: np.log(max(one(grey), 1e-9)) for name, one in MEASURES.items()}
