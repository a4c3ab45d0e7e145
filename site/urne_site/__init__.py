"""The site residents read: published files and staff's pages in, static pages out."""
