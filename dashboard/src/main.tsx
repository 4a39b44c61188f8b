import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode, startTransition } from "react";
import { createRoot } from "react-dom/client";
import { asProblem } from "@/api/problem";
import { router } from "@/router";
import "@/styles.css";

const SECOND = 1000;

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 30 * SECOND,
      networkMode: "always",
      retry: (failures, error) => failures < 1 && asProblem(error).isPassing,
      retryDelay: SECOND / 2,
    },
  },
});

// A page that could not be read asks again by itself once the API is back.
setInterval(() => {
  void queries.refetchQueries({
    type: "active",
    predicate: ({ state }) => state.status === "error" && asProblem(state.error).isPassing,
  });
}, 10 * SECOND);

const root = document.getElementById("root");
if (root === null) throw new Error("index.html has no element #root");
// With the page at hand the first drawing is the whole one, and as a transition it leaves the browser room to breathe.
await router.load();
startTransition(() =>
  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={queries}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </StrictMode>,
  ),
);
