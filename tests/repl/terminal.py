# SPDX-License-Identifier: MIT
"""A terminal small enough to be read: bytes go in, rows of text come out.

It understands what a line editor sends: carriage return, line feed, backspace, moves of the cursor,
erasing to the end of the row or of the screen; modes and colours are passed over. A character in the
last column leaves the cursor beyond it until the next one wraps, as in xterm. A resized screen is
cut, not reflowed.
"""

import re
import unicodedata

SEQUENCE = re.compile(r"\x1b(?:\[([0-9;?<=>]*)([@-~])|\][^\x07\x1b]*(?:\x07|\x1b\\)|[()][0-9A-B]|[=>78cM])")


def width_of(character):
    if unicodedata.combining(character) or unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


class Screen:
    """Rows of cells; a cell is a character with its marks, or "" for the right half of a wide one."""

    def __init__(self, width, height):
        self.width, self.height = width, height
        self.rows = [self._blank() for _ in range(height)]
        self.row = self.column = 0
        self.bells = self.colors = 0
        self.scrolled = 0
        self.rest = ""

    def _blank(self):
        return [" "] * self.width

    def lines(self):
        """The rows as text, without blanks on the right and blank rows below."""
        lines = ["".join(row).rstrip() for row in self.rows]
        while lines and not lines[-1]:
            lines.pop()
        return lines

    def depth(self):
        """How many rows the cursor has come down since the start."""
        return self.row + self.scrolled

    def cursor_line(self):
        """The cursor's row up to the cursor."""
        return "".join(self.rows[self.row][:self.column])

    def resize(self, width, height):
        cut = max(0, self.row - height + 1)
        self.rows = self.rows[cut:]
        self.row -= cut
        self.width, self.height = width, height
        self.rows = [(row + [" "] * width)[:width] for row in self.rows[:height]]
        self.rows += [self._blank() for _ in range(height - len(self.rows))]
        self.column = min(self.column, width - 1)

    def feed(self, text):
        text, self.rest = self.rest + text, ""
        at = 0
        while at < len(text):
            if text[at] == "\x1b":
                match = SEQUENCE.match(text, at)
                if match is None and len(text) - at < 32:
                    self.rest = text[at:]  # the sequence goes on in the next piece
                    return
                if match is not None:
                    self._sequence(match[1] or "", match[2] or "")
                at = match.end() if match else at + 1
            else:
                self._character(text[at])
                at += 1

    def _character(self, character):
        if character == "\r":
            self.column = 0
        elif character == "\n":
            self._line_feed()
        elif character == "\b":
            self.column = max(0, min(self.column, self.width - 1) - 1)
        elif character == "\t":
            self.column = min(self.width - 1, self.column // 8 * 8 + 8)
        elif character == "\a":
            self.bells += 1
        elif character >= " ":
            self._put(character)

    def _line_feed(self):
        if self.row < self.height - 1:
            self.row += 1
        else:
            self.rows = self.rows[1:] + [self._blank()]
            self.scrolled += 1

    def _put(self, character):
        width = width_of(character)
        if width == 0:
            self.rows[self.row][max(0, self.column - 1)] += character
            return
        if self.column + width > self.width:
            self.column = 0
            self._line_feed()
        self.rows[self.row][self.column:self.column + width] = [character] + [""] * (width - 1)
        self.column += width

    def _sequence(self, parameters, final):
        if parameters[:1] in ("?", "<", "=", ">"):
            return
        numbers = [int(n or 0) for n in parameters.split(";")] if parameters else []
        count = max(1, numbers[0]) if numbers else 1
        column = min(self.column, self.width - 1)
        if final == "A":
            self.row = max(0, self.row - count)
        elif final == "B":
            self.row = min(self.height - 1, self.row + count)
        elif final == "C":
            self.column = min(self.width - 1, column + count)
        elif final == "D":
            self.column = max(0, column - count)
        elif final == "H":
            second = numbers[1] if len(numbers) > 1 else 1
            self.row, self.column = min(self.height, count) - 1, min(self.width, max(1, second)) - 1
        elif final == "J":
            self._erase_screen(numbers[0] if numbers else 0)
        elif final == "m":
            self.colors += 1
        elif final == "K":
            self.rows[self.row][column:] = [" "] * (self.width - column)

    def _erase_screen(self, mode):
        if mode == 0:
            self.rows[self.row][self.column:] = [" "] * (self.width - self.column)
            self.rows[self.row + 1:] = [self._blank() for _ in self.rows[self.row + 1:]]
        else:
            self.rows = [self._blank() for _ in range(self.height)]
