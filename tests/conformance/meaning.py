"""What the stored values of DICOM files become, by other implementations.

Argument: OUT. Reads a JSON list of {"id", "path"} from standard input; writes OUT/<id>.<name>.bin and a JSON list
{"id", "readings": {name: {"frames", "type"} or {"error"}}} to standard output. Readings:
- modality: 64-bit floats, what the Modality LUT, the rescale or a frame's own transformation gives (pydicom, numpy).
- greys: 16-bit shares of white, 65,535 white, as each frame opens (pydicom's apply_voi_lut; MONOCHROME1 turned over).
- colours: 8-bit RGB of a palette (pydicom's apply_color_lut, upper byte of 16).
- dcmtk: 8-bit greys or RGB as dcm2pnm writes them with the file's first LUT or window, for objects without functional groups.
"""
import json
import os
import subprocess
import sys
import tempfile

import numpy as np
import pydicom
from pydicom.pixel_data_handlers.util import apply_color_lut, apply_modality_lut, apply_voi_lut

OUT = sys.argv[1]


def stored(ds):
    """Stored values with their sign: pydicom leaves the bits beside them as they are."""
    frames = max(1, int(ds.get("NumberOfFrames") or 1))
    array = ds.pixel_array.reshape(frames, ds.Rows, ds.Columns)
    if array.dtype.kind == "f" or ds.BitsAllocated == 1:
        return array
    bits, high = ds.BitsStored, ds.HighBit
    values = (array.astype(np.int64) >> (high - bits + 1)) & ((1 << bits) - 1)
    if ds.PixelRepresentation == 1:
        values = np.where(values >= 1 << (bits - 1), values - (1 << bits), values)
    return values


def group(ds, frame, name):
    """A macro's item for one frame: its own, else the shared one."""
    for groups in (ds.PerFrameFunctionalGroupsSequence[frame], ds.SharedFunctionalGroupsSequence[0]):
        if name in groups:
            return groups[name].value[0]
    return None


def of_frame(ds, frame):
    """The object as it would be with this frame's own transformation and window."""
    if "PerFrameFunctionalGroupsSequence" not in ds:
        return ds
    one = pydicom.dataset.Dataset()
    one.update({tag: ds[tag] for tag in ds.keys() if tag.group == 0x28})
    for name in ("PixelValueTransformationSequence", "FrameVOILUTSequence"):
        item = group(ds, frame, name)
        if item is not None:
            one.update(item)
    return one


def by_table(values, item, little):
    """A Modality LUT of other than 8 or 16 bits, which pydicom does not take."""
    count, first, _ = item.LUTDescriptor
    entries = np.frombuffer(item.LUTData, "<u2" if little else ">u2") if isinstance(item.LUTData, bytes) else np.asarray(item.LUTData)
    return entries[np.clip(values - first, 0, (count or 65536) - 1)]


def windowed(ds):
    """A width of 0 is written by some devices where they have no window."""
    width = ds.get("WindowWidth")
    return width is not None and min(np.atleast_1d(np.asarray(width, float))) > 0


def modality(ds):
    shown = []
    for i, values in enumerate(stored(ds)):
        one = of_frame(ds, i)
        table = one.ModalityLUTSequence[0] if "ModalityLUTSequence" in one else None
        odd = table is not None and table.LUTDescriptor[2] not in (8, 16)
        out = (by_table(values, table, ds.is_little_endian) if odd else apply_modality_lut(values, one)).astype(np.float64)
        # Which pydicom leaves to its user (PS3.3 C.8.8.3).
        shown.append(out * float(ds.DoseGridScaling) if "DoseGridScaling" in ds else out)
    return np.stack(shown)


def greys(ds):
    shares = []
    for i, values in enumerate(modality(ds)):
        one = of_frame(ds, i)
        if "VOILUTSequence" in one:
            # pydicom indexes with whole numbers.
            out = apply_voi_lut(np.round(values).astype(np.int64), one).astype(np.float64)
            low, high = 0, 2 ** one.VOILUTSequence[0].LUTDescriptor[2] - 1
        elif windowed(one):
            out = apply_voi_lut(values, one)
            far = 1e12
            if one.get("VOILUTFunction") == "SIGMOID":
                far = abs(float(one.WindowWidth)) * 100
            low, high = apply_voi_lut(np.array([-far, far]), one)
        else:
            raise RuntimeError("it states neither LUT nor window")
        share = (out - low) / (high - low)
        if ds.PhotometricInterpretation == "MONOCHROME1":
            share = 1 - share
        shares.append(np.round(65535 * share).astype("<u2"))
    return np.stack(shares)


def colours(ds):
    rgb = apply_color_lut(stored(ds), ds)
    bits = int(ds.RedPaletteColorLookupTableDescriptor[2])
    return (rgb >> (bits - 8)).astype("u1")


def read_pnm(path):
    data = open(path, "rb").read()
    fields, at = [], 0
    while len(fields) < 4:
        end = at
        while data[end : end + 1] not in (b" ", b"\n"):
            end += 1
        if data[at : at + 1] == b"#":
            at = data.index(b"\n", at) + 1
            continue
        fields.append(data[at:end])
        at = end + 1
    samples = 3 if fields[0] == b"P6" else 1
    size = int(fields[1]) * int(fields[2]) * samples
    return np.frombuffer(data[at : at + size], "u1")


def dcmtk(ds, path):
    if "PerFrameFunctionalGroupsSequence" in ds:
        raise RuntimeError("dcm2pnm does not know functional groups")
    if ds.get("BitsAllocated", 32) not in (8, 16):
        raise RuntimeError("dcm2pnm swaps cells of 32 bits wrongly")
    options = []
    if ds.PhotometricInterpretation != "PALETTE COLOR":
        if "VOILUTSequence" in ds:
            options = ["+Wl", "1"]
        elif windowed(ds):
            options = ["+Wi", "1"] + (["+Wfs"] if ds.get("VOILUTFunction") == "SIGMOID" else [])
        elif "PixelPaddingValue" in ds:
            raise RuntimeError("dcm2pnm takes padding for a value of the image when it makes a window")
        else:
            options = ["+Wm"]
    frames = []
    with tempfile.TemporaryDirectory() as folder:
        for frame in range(max(1, int(ds.get("NumberOfFrames") or 1))):
            target = os.path.join(folder, "out.pnm")
            run = subprocess.run(["dcm2pnm", "+op", "-O", "+F", str(frame + 1), *options, path, target], capture_output=True, text=True, timeout=60)
            if run.returncode != 0 or not os.path.exists(target):
                raise RuntimeError((run.stderr.strip().splitlines() or ["no output"])[-1])
            frames.append(read_pnm(target))
    return np.stack(frames)


def read(job):
    ds = pydicom.dcmread(job["path"], force=True)
    if ds.get("SamplesPerPixel", 1) != 1:
        return {"id": job["id"], "readings": {}}
    palette = ds.get("PhotometricInterpretation") == "PALETTE COLOR"
    ways = {"colours": lambda: colours(ds)} if palette else {"modality": lambda: modality(ds), "greys": lambda: greys(ds)}
    ways["dcmtk"] = lambda: dcmtk(ds, job["path"])
    readings = {}
    for name, way in ways.items():
        try:
            array = np.ascontiguousarray(way())
            array.tofile(os.path.join(OUT, f"{job['id']}.{name}.bin"))
            readings[name] = {"frames": int(array.shape[0]), "type": array.dtype.str}
        except Exception as error:
            readings[name] = {"error": f"{type(error).__name__}: {error}"[:200]}
    return {"id": job["id"], "readings": readings}


json.dump([read(job) for job in json.load(sys.stdin)], sys.stdout)
