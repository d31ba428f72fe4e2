"""What both edges share: who is asking (sessions, devices, keys), settings of the app, problem documents."""
