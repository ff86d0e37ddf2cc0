"""Geometry of one series as pydicom and numpy see it, to be laid beside ours.

series_geometry.py FOLDER prints JSON: the SOP Instance UIDs in the order of the position along the normal, the distances between
neighbours along the normal (mm), and the angle between the normal and the line on which the positions lie (degrees).
"""

import glob
import json
import os
import sys

import numpy as np
import pydicom

files = [f for f in sorted(glob.glob(os.path.join(sys.argv[1], "*.dcm")))]
sets = [pydicom.dcmread(f, stop_before_pixels=True) for f in files]
orientation = np.array(sets[0].ImageOrientationPatient, dtype=float)
normal = np.cross(orientation[:3], orientation[3:])
normal /= np.linalg.norm(normal)
positions = np.array([s.ImagePositionPatient for s in sets], dtype=float)
along = positions @ normal
order = np.argsort(along)
# Three lines, x, y and z over the position along the normal, give the direction of travel.
basis = np.stack([along, np.ones_like(along)], axis=1)
direction = np.linalg.lstsq(basis, positions, rcond=None)[0][0]
cosine = float(direction @ normal / np.linalg.norm(direction))
sine = float(np.linalg.norm(np.cross(direction, normal)) / np.linalg.norm(direction))
print(
    json.dumps(
        {
            "order": [str(sets[i].SOPInstanceUID) for i in order],
            "distances": np.diff(along[order]).tolist(),
            "tilt": float(np.degrees(np.arctan2(sine, cosine))),
            "stated": [float(s.get("GantryDetectorTilt", 0) or 0) for s in sets],
        }
    )
)
