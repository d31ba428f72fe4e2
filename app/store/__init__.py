"""The only place with SQL: functions of a connection; rows go in, domain values come out.

May import models, db and domain. Never opens or ends a transaction: whoever calls decides that.
"""
