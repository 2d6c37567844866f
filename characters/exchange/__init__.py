"""Characters on their way out and in: files of this site, of Foundry VTT, and Markdown to read.

    file ─ bodies ─> parsed JSON ─ native | foundry ─> Parcel ─ imports ─> one batch ─> Report
    rows ─ exports ─> contents ─ native | foundry | markdown ─> file

`native`, `foundry` and `markdown` are functions of plain data; `exports` and `imports` know the database.
"""

from __future__ import annotations
