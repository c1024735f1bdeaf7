"""The ways out: mail over SMTP, a maildir, a webhook."""
