/** A build step: a page's own files and the language's words are asked for while the frame is still being read. */
import type { Plugin } from "vite";

/** The path of each page, as a pattern, by its module. */
const PATHS: Record<string, string> = {
  "overview/OverviewPage": "^/$",
  "predictions/PredictionsPage": "^/predictions/?$",
  "prediction/PredictionPage": "^/predictions/.",
  "stock/StockPage": "^/stocks/.",
  "stocks/StocksPage": "^/stocks/?$",
  "reviews/ReviewsPage": "^/reviews",
  "models/ModelsPage": "^/models",
  "abtests/AbTestsPage": "^/abtests",
  "registry/RegistryPage": "^/registry",
  "cost/CostPage": "^/cost",
  "operations/OperationsPage": "^/operations",
  "login/LoginPage": "^/login",
};

/** The words of each language, by their module. */
const WORDS = { en: "i18n/en.ts", ko: "i18n/ko.ts" };

const READER = '<script src="/first-paint.js">';

/** Puts a template of preloads for each page and language into index.html; `first-paint.js` takes those of the visit. */
export function pagePreloads(): Plugin {
  return {
    name: "page-preloads",
    apply: "build",
    transformIndexHtml: (html, { bundle, chunk: entry }) => {
      const loaded = new Set([entry?.fileName, ...(entry?.imports ?? [])]);
      const chunks = Object.values(bundle ?? {}).filter((each) => each.type === "chunk");
      const template = (attribute: string, module: string) => {
        const chunk = chunks.find((each) => each.facadeModuleId?.endsWith(module));
        if (chunk === undefined) throw new Error(`pages.ts names ${module}, which the build has no file for`);
        const files = [chunk.fileName, ...chunk.imports].filter((file) => !loaded.has(file));
        const links = files.map((file) => `<link rel="modulepreload" crossorigin href="/${file}">`);
        return `<template ${attribute}>${links.join("")}</template>\n    `;
      };
      const templates = [
        ...Object.entries(WORDS).map(([language, module]) => template(`data-language="${language}"`, module)),
        ...Object.entries(PATHS).map(([module, path]) => template(`data-page="${path}"`, `/pages/${module}.tsx`)),
      ];
      return html.replace(READER, templates.join("") + READER);
    },
  };
}
