"""What python-hl7 makes of example messages: segments, and the components of every repetition of every field.

Usage: hl7_reference.py FOLDER NAME...   prints JSON {name: [[segment, [[[component, ...], ...], ...]], ...]}
"""

import json
import sys

import hl7


def parts(field):
    """Repetitions of components, as written."""
    if not isinstance(field, hl7.Field):
        return [[str(field)]]
    out = []
    for repetition in field:
        if isinstance(repetition, hl7.Repetition):
            out.append([str(component) for component in repetition])
        else:
            out.append([str(repetition)])
    return out


folder, *names = sys.argv[1:]
answer = {}
for name in names:
    with open(f"{folder}/{name}.hl7", "rb") as file:
        text = file.read().decode("latin-1")
    text = text.replace("\r\n", "\r").replace("\n", "\r")
    message = hl7.parse(text.strip("\r"))
    answer[name] = [
        [str(segment[0]), [parts(field) for field in segment[1:]]] for segment in message
    ]
    # Its unescaping of the delimiters and of hexadecimal bytes, of every text line.
    answer[name].append(
        [
            "texts",
            [
                message.unescape(str(segment[5]))
                for segment in message
                if str(segment[0]) == "OBX" and len(segment) > 5
            ],
        ]
    )
print(json.dumps(answer))
