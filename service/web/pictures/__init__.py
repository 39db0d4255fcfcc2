"""Pictures as numbers: where each line, bar and word of a drawing stands, reckoned in whole thousandths.

Nothing here writes SVG and nothing there reckons: `ui.picture` draws what these functions return. A
picture is as wide as there is room and its words keep the size of text, so that it can be read on a
phone and in large text. It says nothing by colour alone, and its numbers stand in a table below it.
"""
