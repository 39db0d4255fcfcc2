"""Web: what every page is made of, so that a stage only says what is on it.

Pages are complete in HTML; the one style sheet and the one script only make them pleasanter. This
folder knows languages, layout, components, forms, headers and problems, but no stage: stages hand
it view models and templates of their own, and register what waits for whom in the work queue.
"""
