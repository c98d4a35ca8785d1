"""Letters to applicants: 补正通知书, as DOCX from a template that the centre can edit, and as PDF."""
