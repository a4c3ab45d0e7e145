// The rules the built pages are held to: those of the HTML standard and of WCAG that
// html-validate knows, but for two.

export default {
  root: true,
  extends: ["html-validate:recommended"],
  rules: {
    // The standard forbids only spaces. Headings such as "1. Ouverture" give "1-ouverture", and
    // links to them stand in letters and protocols: they stay as they are.
    "valid-id": ["error", { relaxed: true }],
    // Advice for search engines. A project is called what residents called it.
    "long-title": "off",
  },
};
