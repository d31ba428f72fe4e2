"""A company's tools as the demo has them: ERP, planning tool, tracker and spreadsheet of a portfolio.

`cast` says who is in it, `measures` how far each project is on a day, `history` what was reported until
now (`register`, `people` and `goals` what is not figures, `aftermath` how that goes on), `diary` what
comes as days pass, `story` what happens while somebody looks, `running` posts it all. It speaks HTTP and
nothing else.
"""
