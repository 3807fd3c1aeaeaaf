const safe = (text: string): string => text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);

const frame = (title: string, body: string): string => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${title}</title>
<style>
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 42rem; margin: 3rem auto; padding: 0 1rem; }
label { display: block; margin-top: 1rem; font-weight: 600; }
input { font: inherit; width: 100%; padding: .4rem; box-sizing: border-box; }
button { font: inherit; margin-top: 1rem; padding: .5rem 1rem; }
.problem { color: #cf222e; }
</style></head><body><h1>${title}</h1>${body}</body></html>`;

export type SetupView = {
  readonly manifest: string | undefined;
  readonly action: string;
  readonly problem: string | undefined;
  readonly url: string;
  readonly org: string;
};

/** Two steps: where GitHub can reach this program, then off to GitHub with the manifest. */
export function setupPage({ manifest, action, problem, url, org }: SetupView): string {
  if (manifest !== undefined) {
    return frame(
      'Register Watchkeeper',
      `<p>GitHub will show what the App may do and ask for a name. It then sends you back here, and the App's secrets are written to <code>.env</code>.</p>
<form method="post" action="${safe(action)}"><input type="hidden" name="manifest" value="${safe(manifest)}"><button>Continue on GitHub</button></form>`,
    );
  }
  return frame(
    'Register Watchkeeper',
    `<p>GitHub has to reach this program to tell it of new issues. Give the public address that leads here (a reverse proxy or a tunnel).</p>
${problem ? `<p class="problem" role="alert">${safe(problem)}</p>` : ''}
<form method="get" action="/setup"><label for="url">Public address</label><input id="url" name="url" placeholder="https://desk.example.org" value="${safe(url)}" required>
<label for="org">Organization (empty: your own account)</label><input id="org" name="org" value="${safe(org)}" maxlength="39"><button>Next</button></form>`,
  );
}

export const donePage = (appUrl: string): string =>
  frame(
    'Registered',
    `<p>The App's secrets are in <code>.env</code>. Restart with <code>npm start</code>, then <a href="${safe(appUrl)}/installations/new">install the App</a> on a repository that has a <code>.github/support.yml</code>.</p>`,
  );

export const problemPage = (text: string): string =>
  frame('Register Watchkeeper', `<p class="problem" role="alert">${safe(text)}</p><p><a href="/setup">Begin again</a></p>`);
