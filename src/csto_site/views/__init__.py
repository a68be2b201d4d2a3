"""Jobs to views: the plain values of a page turned into what its template may see.

    viewpoint ─► parts, periods ─► frame, listings, items, pages

A page is made from a viewpoint and a job, by the function of its kind. Read `viewpoint` first, then `parts`.
"""
