/** A build step: a page's own files are asked for while the frame is still being read, not after it. */
import type { Plugin } from "vite";

/** The path of each page, as a pattern, by its module. */
const PATHS: Record<string, string> = {
  "overview/OverviewPage": "^/$",
  "predictions/PredictionsPage": "^/predictions/?$",
  "prediction/PredictionPage": "^/predictions/.",
  "stock/StockPage": "^/stocks/",
  "models/ModelsPage": "^/models",
  "operations/OperationsPage": "^/operations",
  "login/LoginPage": "^/login",
};

const READER = '<script src="/first-paint.js">';

/** Puts a template of preloads for each page into index.html; `first-paint.js` takes the one of the address. */
export function pagePreloads(): Plugin {
  return {
    name: "page-preloads",
    apply: "build",
    transformIndexHtml: (html, { bundle, chunk: entry }) => {
      const loaded = new Set([entry?.fileName, ...(entry?.imports ?? [])]);
      const chunks = Object.values(bundle ?? {}).filter((each) => each.type === "chunk");
      const templates = Object.entries(PATHS).map(([module, path]) => {
        const page = chunks.find((each) => each.facadeModuleId?.endsWith(`/pages/${module}.tsx`));
        if (page === undefined) throw new Error(`pages.ts names ${module}, which the build has no page for`);
        const files = [page.fileName, ...page.imports].filter((file) => !loaded.has(file));
        const links = files.map((file) => `<link rel="modulepreload" crossorigin href="/${file}">`);
        return `<template data-page="${path}">${links.join("")}</template>\n    `;
      });
      return html.replace(READER, templates.join("") + READER);
    },
  };
}
