"""Two small figures as SVG text, without a plotting library."""

from sklearn.metrics import roc_curve

HEAD = ('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 340 340" font-family="sans-serif" font-size="12">'
        '<rect width="340" height="340" fill="white"/><path d="M40 20V300H320" fill="none" stroke="black"/>'
        '<path d="M40 300L320 20" stroke="#bbb" stroke-dasharray="4 4"/>')


def place(x, y):
    return f'{40 + 280 * x:.1f} {300 - 280 * y:.1f}'


def labels(across, up):
    return f'<text x="180" y="326" text-anchor="middle">{across}</text><text transform="translate(18 160) rotate(-90)" text-anchor="middle">{up}</text></svg>\n'


def roc(path, label, score):
    false, true, _ = roc_curve(label, score)
    line = 'M' + 'L'.join(place(x, y) for x, y in zip(false, true))
    path.write_text(f'{HEAD}<path d="{line}" fill="none" stroke="#1560a8" stroke-width="2"/>{labels("1 - specificity", "sensitivity")}', encoding='utf-8')


def reliability(path, rows):
    """rows: (mean probability, observed rate, count) of each bin."""
    dots = ''.join('<circle cx="{}" cy="{}" r="4" fill="#1560a8"/>'.format(*place(p, o).split()) for p, o, _ in rows)
    path.write_text(f'{HEAD}{dots}{labels("calibrated probability", "observed rate")}', encoding='utf-8')
