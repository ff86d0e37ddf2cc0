"""Writes small DICOM files in every form that uncompressed pixels may have, and with every table and window that gives them meaning.

Argument: the folder to write to; each file is named after what is odd about it. Pixels are a fixed noise over a ramp, so that every bit
occurs. Files in `pixels/` are compared by stored value, and encoded further; files in `meaning/` by what their values become.
Needs: pydicom, numpy. What is written here is read back by other programs (dcmtk, gdcm), never by this one alone.
"""
import os
import struct
import sys
import zlib

import numpy as np
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.encaps import encapsulate
from pydicom.sequence import Sequence

OUT = sys.argv[1]
EXPLICIT = "1.2.840.10008.1.2.1"
ENCAPSULATED = "1.2.840.10008.1.2.1.98"
DEFLATED_FRAME = "1.2.840.10008.1.2.8.1"
SC = "1.2.840.10008.5.1.4.1.1.7"
count = 0


def pattern(shape, low, high, seed):
    """Whole numbers from low to high, both included: a ramp with noise, the ends at the first two places."""
    rng = np.random.default_rng(seed)
    size = int(np.prod(shape))
    ramp = np.linspace(low, high, size)
    values = np.clip(np.round(ramp + rng.normal(0, max(1, (high - low) / 40), size)), low, high).astype(np.int64)
    values[0], values[1] = low, high
    return values.reshape(shape)


def new(rows, columns, allocated, stored, high, signed, frames=1, samples=1, photometric="MONOCHROME2", planar=0):
    global count
    count += 1
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = SC
    meta.MediaStorageSOPInstanceUID = f"2.25.77.{count}"
    meta.TransferSyntaxUID = EXPLICIT
    meta.ImplementationClassUID = "2.25.77"
    ds = FileDataset(None, {}, file_meta=meta, preamble=b"\0" * 128)
    ds.is_little_endian, ds.is_implicit_VR = True, False
    ds.SOPClassUID, ds.SOPInstanceUID = SC, meta.MediaStorageSOPInstanceUID
    ds.StudyInstanceUID, ds.SeriesInstanceUID = "2.25.77", "2.25.77.0"
    ds.Modality, ds.PatientName, ds.PatientID = "OT", "CONFORMANCE", "CONFORMANCE"
    ds.Rows, ds.Columns, ds.SamplesPerPixel, ds.PhotometricInterpretation = rows, columns, samples, photometric
    ds.BitsAllocated, ds.BitsStored, ds.HighBit, ds.PixelRepresentation = allocated, stored, high, int(signed)
    if frames > 1:
        ds.NumberOfFrames = frames
    if samples > 1:
        ds.PlanarConfiguration = planar
    return ds


def save(ds, folder, name):
    os.makedirs(os.path.join(OUT, folder), exist_ok=True)
    path = os.path.join(OUT, folder, name + ".dcm")
    ds.save_as(path, write_like_original=False)
    if name.startswith("deflated-frame"):
        # pydicom does not know the syntax; its UID has the other's length with the pad that a UID of odd length gets.
        data = open(path, "rb").read()
        known, wanted = ENCAPSULATED.encode(), DEFLATED_FRAME.encode() + b"\0"
        assert len(known) == len(wanted) and data.count(known) == 1
        open(path, "wb").write(data.replace(known, wanted))


def cells(ds, values, noise_beside=True, seed=5):
    """Values into cells of Bits Allocated, their stored bits at High Bit, noise in the bits beside them."""
    allocated, stored, high = ds.BitsAllocated, ds.BitsStored, ds.HighBit
    shift = high - stored + 1
    mask = ((1 << stored) - 1) << shift
    raw = (values << shift) & mask
    if noise_beside and stored < allocated:
        noise = np.random.default_rng(seed).integers(0, 1 << allocated, values.shape, dtype=np.uint64).astype(np.int64)
        raw |= noise & ~mask & ((1 << allocated) - 1)
    ds.PixelData = raw.astype(f"<u{allocated // 8}").tobytes()
    if len(ds.PixelData) % 2:
        ds.PixelData += b"\0"
    ds["PixelData"].VR = "OB" if allocated == 8 else "OW"
    return ds


def grey(name, rows, columns, allocated, stored, high, signed, frames=1, beside=True):
    low, top = (-(1 << (stored - 1)), (1 << (stored - 1)) - 1) if signed else (0, (1 << stored) - 1)
    ds = new(rows, columns, allocated, stored, high, signed, frames)
    save(cells(ds, pattern((frames, rows, columns), low, top, count), beside), "pixels", name)


def frames_apart(ds, syntax, frames):
    """The same pixels, each frame a fragment of its own."""
    packed = [zlib.compressobj(wbits=-15) for _ in frames] if syntax == DEFLATED_FRAME else None
    pieces = [p.compress(f) + p.flush() for p, f in zip(packed, frames)] if packed else frames
    ds.file_meta.TransferSyntaxUID = ENCAPSULATED
    ds.PixelData = encapsulate(pieces)
    ds["PixelData"].VR = "OB"
    ds["PixelData"].is_undefined_length = True
    return ds


def pixels():
    grey("signed-9-of-16", 37, 41, 16, 9, 8, True)
    grey("signed-15-of-16", 33, 40, 16, 15, 14, True)
    grey("signed-7-of-8", 31, 43, 8, 7, 6, True)
    grey("signed-12-of-16-high-bit-15", 40, 44, 16, 12, 15, True)
    grey("unsigned-10-of-16-high-bit-13", 40, 44, 16, 10, 13, False, 3)
    grey("unsigned-5-of-8-high-bit-6", 30, 34, 8, 5, 6, False)
    grey("unsigned-12-of-16-clean", 64, 64, 16, 12, 11, False, 1, False)
    grey("signed-16", 50, 52, 16, 16, 15, True, 2)
    grey("signed-32", 30, 31, 32, 32, 31, True)
    grey("unsigned-32", 30, 31, 32, 32, 31, False)
    grey("unsigned-24-of-32", 30, 31, 32, 24, 23, False)
    grey("signed-17-of-32-high-bit-20", 30, 31, 32, 17, 20, True)
    grey("unsigned-1-of-8", 30, 31, 8, 1, 0, False)
    for bits in (8, 16, 32):
        for planar in (0, 1):
            ds = new(21, 23, bits, bits, bits - 1, False, 2, 3, "RGB", planar)
            shape = (2, 3, 21, 23) if planar else (2, 21, 23, 3)
            save(cells(ds, pattern(shape, 0, (1 << bits) - 1, bits)), "pixels", f"rgb-{bits}-planar-{planar}")
    for planar in (0, 1):
        ds = new(32, 34, 8, 8, 7, False, 2, 3, "YBR_FULL", planar)
        save(cells(ds, np.random.default_rng(planar).integers(0, 256, (2, 3 * 32 * 34))), "pixels", f"ybr-full-planar-{planar}")
    for kind in ("FULL", "PARTIAL"):
        ds = new(32, 34, 8, 8, 7, False, 2, 3, f"YBR_{kind}_422")
        quads = np.random.default_rng(7).integers(16, 241, (2, 2 * 32 * 34))
        save(cells(ds, quads), "pixels", f"ybr-{kind.lower()}-422")
    for keyword, kind, bits in (("FloatPixelData", "<f4", 32), ("DoubleFloatPixelData", "<f8", 64)):
        ds = new(17, 19, bits, bits, bits - 1, False, 2)
        values = np.random.default_rng(bits).normal(0, 1e3, (2, 17, 19))
        values[0, 0, :4] = [1e-30, -1e30, np.inf, np.nan]
        setattr(ds, keyword, values.astype(kind).tobytes())
        del ds.BitsStored, ds.HighBit, ds.PixelRepresentation
        save(ds, "pixels", keyword)
    single_bits()
    for syntax, word in ((ENCAPSULATED, "encapsulated"), (DEFLATED_FRAME, "deflated-frame")):
        ds = new(19, 21, 16, 12, 11, True, 3)
        values = pattern((3, 19, 21), -2048, 2047, 3)
        save(frames_apart(ds, syntax, [(f & 0xFFF).astype("<u2").tobytes() for f in values]), "pixels", f"{word}-signed-12")
        ds = new(19, 21, 8, 8, 7, False, 2, 3, "RGB", 1)
        planes = np.random.default_rng(9).integers(0, 256, (2, 3, 19, 21)).astype("u1")
        save(frames_apart(ds, syntax, [f.tobytes() + b"\0" for f in planes]), "pixels", f"{word}-rgb-planar")
        ds = new(5, 7, 1, 1, 0, False, 3)
        bits = np.random.default_rng(11).integers(0, 2, (3, 35)).astype("u1")
        save(frames_apart(ds, syntax, [np.packbits(f, bitorder="little").tobytes() for f in bits]), "pixels", f"{word}-single-bits")


def single_bits():
    """Frames of 35 bits: the second and third begin inside a byte."""
    for frames in (1, 3):
        ds = new(5, 7, 1, 1, 0, False, frames)
        bits = np.random.default_rng(frames).integers(0, 2, frames * 35).astype("u1")
        data = np.packbits(bits, bitorder="little").tobytes()
        ds.PixelData = data + b"\0" * (len(data) % 2)
        ds["PixelData"].VR = "OW"
        save(ds, "pixels", f"single-bits-{frames}")


def table(first, bits, entries, vr="US", data="OW", packed=False):
    item = Dataset()
    item.add_new(0x00283002, vr, [len(entries) % 65536, first, bits])
    item.add_new(0x00283003, "LO", "test")
    raw = np.asarray(entries).astype("u1" if packed else "<u2").tobytes()
    item.add_new(0x00283006, data, raw + b"\0" * (len(raw) % 2))
    return item


def image(stored=12, signed=False, frames=1, photometric="MONOCHROME2", seed=1, allocated=16):
    low, top = (-(1 << (stored - 1)), (1 << (stored - 1)) - 1) if signed else (0, (1 << stored) - 1)
    ds = new(48, 52, allocated, stored, stored - 1, signed, frames, 1, photometric)
    return cells(ds, pattern((frames, 48, 52), low, top, seed), False)


def windowed(name, centre, width, function=None, slope=None, intercept=0, **how):
    ds = image(**how)
    ds.WindowCenter, ds.WindowWidth = centre, width
    if function:
        ds.VOILUTFunction = function
    if slope is not None:
        ds.RescaleSlope, ds.RescaleIntercept, ds.RescaleType = str(slope), str(intercept), "US"
    save(ds, "meaning", name)


def curve(count, bits, seed):
    """A curve that rises, falls and rises again."""
    x = np.linspace(0, 1, count)
    top = (1 << bits) - 1
    return np.clip(np.round(top * (0.5 + 0.5 * np.sin(9 * x + seed)) * (0.4 + 0.6 * x)), 0, top).astype(int)


def meaning():
    for name, function in (("linear", None), ("linear-exact", "LINEAR_EXACT"), ("sigmoid", "SIGMOID")):
        windowed(f"window-{name}", 2048, 1000, function)
        windowed(f"window-{name}-rescaled", 40, 400, function, 1, -1024)
        windowed(f"window-{name}-monochrome1", 1000, 1500, function, photometric="MONOCHROME1")
    windowed("window-negative-slope", -500, 900, None, -0.5, 100)
    windowed("window-signed", 12, 300, signed=True, stored=10)
    windowed("window-of-one", 2000, 1)
    for seed, (first, signed, vr, bits) in enumerate([(0, False, "US", 16), (100, False, "US", 12), (-500, True, "SS", 10), (-2048, True, "SS", 16)]):
        ds = image(signed=signed, seed=seed)
        ds.ModalityLUTSequence = Sequence([table(first, bits, curve(2500 if first else 4096, bits, seed), vr)])
        ds.ModalityLUTSequence[0].ModalityLUTType = "OD"
        ds.WindowCenter, ds.WindowWidth = 1 << (bits - 1), 1 << bits
        save(ds, "meaning", f"modality-lut-{first}-{bits}-bits")
        ds = image(signed=signed, seed=seed)
        ds.VOILUTSequence = Sequence([table(first, bits, curve(2500 if first else 4096, bits, seed), vr)])
        save(ds, "meaning", f"voi-lut-{first}-{bits}-bits")
        if not signed:
            ds.PhotometricInterpretation = "MONOCHROME1"
            save(ds, "meaning", f"voi-lut-{first}-{bits}-bits-monochrome1")
    ds = image(allocated=8, stored=8)
    ds.VOILUTSequence = Sequence([table(0, 8, curve(256, 8, 3), packed=True)])
    save(ds, "meaning", "voi-lut-8-bit-entries")
    ds = image()
    ds.RescaleSlope, ds.RescaleIntercept, ds.RescaleType = "1", "-1024", "US"
    ds.VOILUTSequence = Sequence([table(-1024, 12, curve(4096, 12, 3), "SS")])
    save(ds, "meaning", "voi-lut-after-rescale")
    ds = image()
    ds.ModalityLUTSequence = Sequence([table(0, 12, curve(4096, 12, 5))])
    ds.ModalityLUTSequence[0].ModalityLUTType = "US"
    ds.VOILUTSequence = Sequence([table(500, 12, curve(3000, 12, 1))])
    save(ds, "meaning", "modality-lut-then-voi-lut")
    per_frame()
    palettes()


def per_frame():
    ds = image(frames=3, signed=True)
    ds.SharedFunctionalGroupsSequence = Sequence([Dataset()])
    ds.PerFrameFunctionalGroupsSequence = Sequence()
    for slope, intercept, centre, width, function in ((1, -1024, 40, 400, "LINEAR"), (2.5, 17, 0, 3000, "LINEAR_EXACT"), (-0.25, 300, 200, 900, "SIGMOID")):
        transformation, voi, frame = Dataset(), Dataset(), Dataset()
        transformation.RescaleIntercept, transformation.RescaleSlope, transformation.RescaleType = str(intercept), str(slope), "US"
        voi.WindowCenter, voi.WindowWidth, voi.VOILUTFunction = centre, width, function
        frame.PixelValueTransformationSequence, frame.FrameVOILUTSequence = Sequence([transformation]), Sequence([voi])
        ds.PerFrameFunctionalGroupsSequence.append(frame)
    save(ds, "meaning", "per-frame")


def segments(entries, bits):
    """A segmented table (PS3.3 C.7.9.2) that expands to `entries`: discrete runs, a line, and the first run again by reference."""
    fmt = "<B" if bits == 8 else "<H"
    fields = [0, 4, *entries[:4]]
    fields += [1, 20, int(entries[23])]
    # The offset of an indirect segment counts bytes from the table's start.
    fields += [2, 1, *([0, 0, 0, 0] if bits == 8 else [0, 0])]
    fields += [0, len(entries) - 28, *entries[28:]]
    return b"".join(struct.pack(fmt, int(v)) for v in fields)


def palette(name, allocated, stored, first, bits, signed=False, segmented=False, packed=False, count=200):
    ds = image(stored, signed, 1, "PALETTE COLOR", 2, allocated)
    for seed, colour in enumerate(("Red", "Green", "Blue")):
        entries = curve(count, bits, seed)
        setattr(ds, f"{colour}PaletteColorLookupTableDescriptor", [count, first, bits])
        ds[f"{colour}PaletteColorLookupTableDescriptor"].VR = "SS" if signed else "US"
        if segmented:
            # The line reaches the 24th entry; the first four come again.
            start, end = entries[3], entries[23]
            entries[4:24] = np.round(start + (end - start) * np.arange(1, 21) / 20)
            entries[24:28] = entries[:4]
            data = segments(entries, bits)
            setattr(ds, f"Segmented{colour}PaletteColorLookupTableData", data + b"\0" * (len(data) % 2))
        else:
            raw = np.asarray(entries).astype("u1" if packed else "<u2").tobytes()
            setattr(ds, f"{colour}PaletteColorLookupTableData", raw + b"\0" * (len(raw) % 2))
    save(ds, "meaning", name)


def palettes():
    palette("palette-8-of-16", 8, 8, 0, 16, count=256)
    palette("palette-8-short", 8, 8, 20, 16)
    palette("palette-8-of-8-packed", 8, 8, 0, 8, packed=True, count=256)
    palette("palette-8-of-8-words", 8, 8, 0, 8, count=256)
    palette("palette-16", 16, 16, 30000, 16)
    palette("palette-16-signed", 16, 9, -100, 16, signed=True)
    palette("palette-segmented-16", 8, 8, 0, 16, segmented=True)
    palette("palette-segmented-8", 8, 8, 0, 8, segmented=True)


pixels()
meaning()
