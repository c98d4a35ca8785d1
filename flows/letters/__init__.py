"""Letters to applicants: 补正通知书, as DOCX from a template that the centre can edit, and as PDF."""

from flows.letters.drawing import draw_template
from flows.letters.letter import Letter, letter_of, write_letter
from flows.letters.pdf import to_pdf

__all__ = ["Letter", "draw_template", "letter_of", "to_pdf", "write_letter"]
