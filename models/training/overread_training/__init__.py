"""Training library of Overread's model packs: data, augmentation, networks, training, calibration, evaluation, export."""
