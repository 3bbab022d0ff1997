"""A copy of a Party's SharePoint area, audited as a whole.

The User Guidance (MP109 Annex D, sections 1.4 and 1.5) gives each kind of file a sub-area, with
folders for new submissions, for old ones and, for ADT Files, for the file that is in production.
``survey`` lists what is there, without opening anything; what that means is for the checks.
"""
