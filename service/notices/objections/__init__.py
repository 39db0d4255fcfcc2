"""Objections: anybody says that a line of a posted list is wrong; the line waits, the list does not.

``lodge`` takes one, sealed; ``hold`` takes its line out of the list and back; ``answer`` is another
officer's decision with a reason; ``track`` shows it to whoever has the code.
"""
