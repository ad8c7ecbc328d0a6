#!/usr/bin/env python3
"""Makes an SVG picture of a terminal from what `tmux capture-pane -e -p -N` printed; of several captures one that
shows them in turn.

    picture.py [--light] COLUMNS CAPTURE... > picture.svg
"""
import html, re, sys, unicodedata

DARK = dict(back="#11151c", front="#d5dae3", colours="#2b3240 #ef6b73 #8ccf7e #e5c76b #67b0e8 #c47fd5 #6cd0ca #d5dae3 "
            "#5b6472 #f48a91 #a5dd99 #efd68b #8cc5ee #d6a0e3 #92e0da #ffffff".split())
LIGHT = dict(back="#fdfdfb", front="#24292f", colours="#24292f #c4212b #1a7f37 #8a6200 #0959b8 #8431a5 #0b7a75 #6e7781 "
             "#57606a #e5484d #2da44e #a37500 #2378d8 #a04cc4 #17958f #8c959f".split())
CELL_WIDTH, CELL_HEIGHT, MARGIN = 8.4, 18, 14
SCREEN_SECONDS = 3


def colour_256(n, theme):
    if n < 16:
        return theme["colours"][n]
    if n >= 232:
        return "#%02x%02x%02x" % ((8 + 10 * (n - 232),) * 3)
    levels = [0, 95, 135, 175, 215, 255]
    n -= 16
    return "#%02x%02x%02x" % (levels[n // 36], levels[n // 6 % 6], levels[n % 6])


def apply_sgr(style, codes, theme):
    codes = [int(c or 0) for c in codes]
    while codes:
        c = codes.pop(0)
        if c == 0:
            style.clear()
        elif c in (1, 2, 3, 4, 7):
            style[{1: "bold", 2: "dim", 3: "italic", 4: "underline", 7: "reverse"}[c]] = True
        elif c == 22:
            style.pop("bold", None), style.pop("dim", None)
        elif c in (23, 24, 27):
            style.pop({23: "italic", 24: "underline", 27: "reverse"}[c], None)
        elif 30 <= c <= 37 or 90 <= c <= 97:
            style["front"] = theme["colours"][c - 30 if c < 90 else c - 82]
        elif 40 <= c <= 47 or 100 <= c <= 107:
            style["back"] = theme["colours"][c - 40 if c < 100 else c - 92]
        elif c in (38, 48):
            kind = codes.pop(0)
            value = colour_256(codes.pop(0), theme) if kind == 5 else "#%02x%02x%02x" % tuple(codes.pop(0) for _ in range(3))
            style["front" if c == 38 else "back"] = value
        elif c in (39, 49):
            style.pop("front" if c == 39 else "back", None)


def width(character):
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def runs(line, theme, style):
    """(column, columns, text, style) of the pieces of one line that look alike."""
    column = 0
    for part in re.split(r"(\x1b\[[0-9;]*m)", line):
        if part.startswith("\x1b["):
            apply_sgr(style, part[2:-1].split(";"), theme)
        elif part:
            columns = sum(map(width, part))
            yield column, columns, part, dict(style)
            column += columns


def draw_run(row, column, columns, text, style, theme):
    front, back = style.get("front", theme["front"]), style.get("back")
    if style.get("reverse"):
        front, back = back or theme["back"], front
    x, y = MARGIN + column * CELL_WIDTH, MARGIN + row * CELL_HEIGHT
    if back:
        yield f'<rect x="{x:.1f}" y="{y}" width="{columns * CELL_WIDTH:.1f}" height="{CELL_HEIGHT}" fill="{back}"/>'
    look = (' font-weight="bold"' if style.get("bold") else "") + (' opacity="0.6"' if style.get("dim") else "") \
        + (' text-decoration="underline"' if style.get("underline") else "")
    for piece in re.finditer(r"\S+(?: \S+)*", text):    # blanks at an end, or several, are not drawn alike everywhere
        left = x + sum(map(width, text[:piece.start()])) * CELL_WIDTH
        long = sum(map(width, piece.group())) * CELL_WIDTH
        yield (f'<text x="{left:.1f}" y="{y + 13}" textLength="{long:.1f}" fill="{front}"{look}>'
               f'{html.escape(piece.group())}</text>')


def draw_screen(lines, theme):
    style = {}
    for row, line in enumerate(lines):
        for run in runs(line, theme, style):
            yield from draw_run(row, *run, theme)


def animation(count):
    """One screen after the other, in a loop; the first one alone where motion is not wanted."""
    share = 100 / count
    yield "<style>"
    yield f"g {{ visibility: hidden; animation: show {count * SCREEN_SECONDS}s step-end infinite }}"
    yield f"@keyframes show {{ 0% {{ visibility: visible }} {share:.3f}% {{ visibility: hidden }} }}"
    for i in range(count):
        yield f"g:nth-of-type({i + 1}) {{ animation-delay: {i * SCREEN_SECONDS}s }}"
    yield "@media (prefers-reduced-motion) { g { animation: none } g:nth-of-type(1) { visibility: visible } }"
    yield "</style>"


def main():
    theme = LIGHT if "--light" in sys.argv else DARK
    columns, *files = [word for word in sys.argv[1:] if word != "--light"]
    screens = [open(file).read().split("\n")[:-1] for file in files]
    wide, high = int(columns) * CELL_WIDTH + 2 * MARGIN, len(screens[0]) * CELL_HEIGHT + 2 * MARGIN
    print(f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide:.0f}" height="{high}" viewBox="0 0 {wide:.0f} {high}" '
          'font-family="DejaVu Sans Mono, Menlo, Consolas, monospace" font-size="14" xml:space="preserve">')
    print(f'<rect width="100%" height="100%" rx="8" fill="{theme["back"]}"/>')
    if len(screens) > 1:
        print("\n".join(animation(len(screens))))
    for lines in screens:
        print("<g>" if len(screens) > 1 else "", end="")
        print("\n".join(draw_screen(lines, theme)))
        print("</g>" if len(screens) > 1 else "", end="")
    print("</svg>")


main()
