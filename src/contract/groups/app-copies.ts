import { appNameProblem } from '../../model/app.ts';
import { app, checked, flag, word } from '../field.ts';
import { deployed, type Deployed } from '../deployed.ts';
import { operation } from '../operation.ts';
import { step } from '../print.ts';

const to = word(checked(appNameProblem), { help: 'the new name', placeholder: 'NEW' });

const skipDeploy = flag({ help: 'start nothing now' });

export const appCopies = {
  'apps:rename': operation({
    summary: 'Give an app another name, without a pause',
    description:
      'The processes are started under the new name and checked; then the route leads to them in one step. The domain APP.DOMAIN becomes NEW.DOMAIN; domains that were added stay. With --skip-deploy a running app is stopped instead, until ps:start.',
    examples: ['apps:rename shop store', 'apps:rename --skip-deploy shop store'],
    right: 'server:admin',
    mutates: true,
    input: { app: app(), to, skipDeploy },
    furtherApp: 'to',
    output: deployed,
    show: (_result, { input }) => [step(`Renamed ${input.app} to ${input.to}`)],
  }),
  'apps:clone': operation({
    summary: 'Make a second app with the image, config and scale of another',
    description:
      'It gets a domain of its own; domains that were added and history stay with the first one, and links to datastores with the variables that hold their addresses, unless --with-links is given.',
    examples: ['apps:clone shop shop-staging', 'apps:clone --skip-deploy shop shop-staging'],
    right: 'server:admin',
    mutates: true,
    input: {
      app: app(),
      to,
      skipDeploy,
      withLinks: flag({ help: 'link it to the datastores of the first one too' }),
      ignoreExisting: flag({ help: 'do nothing where the app is there already' }),
    },
    furtherApp: 'to',
    output: deployed,
    show: (result, { input }) => [step(clonedText(result, input))],
  }),
};

function clonedText({ changed }: Deployed, input: { readonly app: string; readonly to: string }): string {
  return changed ? `Cloned ${input.app} to ${input.to}` : `${input.to} is there already`;
}
