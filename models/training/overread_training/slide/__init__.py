"""Tile-level focus and artefacts of H&E slides: sources, optics, artefacts, scenes, network, figures, pack."""
