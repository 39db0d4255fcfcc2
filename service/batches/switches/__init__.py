"""Switches of controls: one officer asks that a control be off, another confirms, every batch shows it.

A control that keeps money from the dead, from being paid twice, or from what no bank could pay is
never switched off. While one is off, each batch built says so where it is decided, and the signer
signs it.
"""
