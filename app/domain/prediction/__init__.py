"""Prediction: how often milestones in such a situation slipped, as counts from the portfolio's own log.

Pure as all of the domain. `situation` says what is known of an open milestone at a moment, `promises`
walks a log and finds what became of earlier ones, `experience` counts, `quality` says how good that was.
Nothing here may know of an event that was recorded after the moment that is looked at.
"""
